namespace PaxosShard.ChatClient.App.Posix;

/// <summary>Nobody reads the output any more, as behind <c>| head</c>.</summary>
internal sealed class OutputClosedException() : Exception("nobody reads the output any more");

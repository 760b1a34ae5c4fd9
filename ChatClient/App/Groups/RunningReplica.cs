using PaxosShard.ChatClient.App.Posix;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>A replica whose process runs.</summary>
/// <param name="Name">r0, r1, …</param>
/// <param name="Process">Its process.</param>
internal sealed record RunningReplica(string Name, ProcessIdentity Process);

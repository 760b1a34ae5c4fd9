namespace PaxosShard.ChatClient.App.Terminal;

/// <summary>How parts of a line are set off. Without colours nothing is added.</summary>
/// <param name="hasColours">The terminal shows them and the user wants them.</param>
internal sealed class Style(bool hasColours)
{
    /// <summary>Of little weight.</summary>
    public string Dim(string text) => With("2", text);

    /// <summary>A name.</summary>
    public string Name(string text) => With("1", text);

    /// <summary>All is well.</summary>
    public string Good(string text) => With("32", text);

    /// <summary>Something failed.</summary>
    public string Bad(string text) => With("31", text);

    private string With(string code, string text) => hasColours ? $"\u001b[{code}m{text}\u001b[0m" : text;
}

namespace PaxosShard.ChatClient.App.Rings;

/// <summary>How a shard is drawn: a mark and a colour. When there are more shards than marks or colours, some have the same.</summary>
/// <param name="Mark">A letter or digit.</param>
/// <param name="TerminalColour">One of the 256 colours of terminals.</param>
/// <param name="WebColour">The same for pictures.</param>
internal sealed record ShardLook(char Mark, int TerminalColour, string WebColour)
{
    private const string Marks = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly (int Terminal, string Web)[] _colours =
    [
        (33, "#0087ff"), (208, "#ff8700"), (34, "#00af00"), (160, "#d70000"), (99, "#875fff"), (130, "#af5f00"),
        (205, "#ff5faf"), (37, "#00afaf"), (178, "#d7af00"), (24, "#005f87"), (90, "#870087"), (64, "#5f8700"),
    ];

    /// <summary>That of a shard.</summary>
    /// <param name="place">Its place among the shards of the configuration, from 0.</param>
    public static ShardLook Of(int place)
    {
        (int terminal, string web) = _colours[place % _colours.Length];
        return new ShardLook(Marks[place % Marks.Length], terminal, web);
    }
}

namespace PaxosShard.ChatClient.App.Load.Gateway;

/// <summary>What an answer of a gateway says.</summary>
internal enum GatewayAnswer
{
    /// <summary>The request was carried out.</summary>
    Served,

    /// <summary>Something was full, and nothing was begun.</summary>
    Busy,

    /// <summary>It was certainly not carried out.</summary>
    NotApplied,

    /// <summary>Anything else: it may have been carried out, or may still be.</summary>
    Unknown,
}

/// <summary>Reads answers of a gateway, as far as loads need to know them. Pure.</summary>
internal static class GatewayAnswers
{
    private const string Success = "Success";
    private const string Between = " | ";

    /// <summary>What a line says.</summary>
    public static GatewayAnswer Read(string line)
    {
        if (line.StartsWith(Success, StringComparison.Ordinal) || string.Equals(line, "Fail | missing", StringComparison.Ordinal))
            return GatewayAnswer.Served;
        if (line.StartsWith("Fail | busy", StringComparison.Ordinal))
            return GatewayAnswer.Busy;
        return line.StartsWith("Fail | not applied", StringComparison.Ordinal) ? GatewayAnswer.NotApplied : GatewayAnswer.Unknown;
    }

    /// <summary>Whether the line took effect, or still will, is not known.</summary>
    /// <param name="line">The answer; null when the connection was lost before it came.</param>
    public static bool IsUnknown(string? line) => line is null || line.StartsWith("Fail | unknown", StringComparison.Ordinal);

    /// <summary>The request took no effect and never will: it may be sent again.</summary>
    public static bool IsNotApplied(string line) => Read(line) is GatewayAnswer.Busy or GatewayAnswer.NotApplied;

    /// <summary>The value in an answer to G; null when it has none, because the key is not there.</summary>
    public static string? ValueOf(string line) => line.StartsWith(Success + Between, StringComparison.Ordinal) ? line[(Success.Length + Between.Length)..] : null;
}

namespace PaxosShard.Master.Gateway.Lines;

/// <summary>What became of the bytes up to a line feed.</summary>
internal enum LineOutcome
{
    /// <summary>A line.</summary>
    Whole,

    /// <summary>A line that is longer than any may be; its bytes were thrown away.</summary>
    TooLong,

    /// <summary>A line for which there was no space; its bytes were thrown away.</summary>
    NoSpace,

    /// <summary>The stream ended within a line: it may have been cut off anywhere, so that it is no request.</summary>
    NoEnd,

    /// <summary>The stream ended.</summary>
    End,
}

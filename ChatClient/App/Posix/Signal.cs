namespace PaxosShard.ChatClient.App.Posix;

/// <summary>Signals by number; the same on every Linux this runs on.</summary>
internal static class Signal
{
    /// <summary>Ends a process that has ended itself in despair.</summary>
    public const int Abort = 6;

    /// <summary>Ends a process at once.</summary>
    public const int Kill = 9;

    /// <summary>Cuts a replica off that was started for it.</summary>
    public const int CutOff = 10;

    /// <summary>Lets a replica back that was cut off.</summary>
    public const int LetBack = 12;

    /// <summary>Asks a process to end.</summary>
    public const int Terminate = 15;

    /// <summary>Lets a stopped process go on.</summary>
    public const int Continue = 18;

    /// <summary>Ends a process that wrote beyond its limit on the size of files.</summary>
    public const int FileSize = 25;

    /// <summary>Stops a process where it is.</summary>
    public const int Stop = 19;
}

namespace PaxosShard.Programs;

/// <summary>
/// What every program of the house does before anything else, whoever started it and however: its three standard descriptors are
/// real, what it starts later inherits nothing else, and a limit on the size of files is an error of a write and no death.
/// </summary>
public static class ProgramStart
{
    private const int FileSizeSignal = 25;
    private const nint Ignore = 1;

    /// <summary>Does it. May start the program anew, as the same process with the same words; then it does not return.</summary>
    public static void Prepare()
    {
        if (!OperatingSystem.IsLinux())
            return;
        StandardDescriptors.MakeReal();
        InheritedDescriptors.KeepFromChildren();
        _ = NativeMethods.SetSignal(FileSizeSignal, Ignore);
    }
}

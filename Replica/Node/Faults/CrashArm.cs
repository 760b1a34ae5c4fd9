namespace PaxosShard.Replica.Node.Faults;

/// <summary>A file that lets one replica die where a drill wants it: of all that look for it one takes it away.</summary>
internal static class CrashArm
{
    /// <summary>Takes it away; false when it is not there. Of two processes that take the same file, one succeeds.</summary>
    /// <param name="directory">Where it is looked for.</param>
    /// <param name="name">What it is called.</param>
    public static bool TryTake(string directory, string name)
    {
        string mine = Path.Combine(directory, $"{name}.{Environment.ProcessId}");
        try
        {
            File.Move(Path.Combine(directory, name), mine);
            File.Delete(mine);
            return true;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }
}

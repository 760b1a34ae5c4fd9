using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>Tells those who chat in a demo from other terminals that it was ended: they would wait for its replicas in vain.</summary>
internal static class DemoEnd
{
    private const string FileName = "demo-ended";

    /// <summary>Says in the directory of a demo that its processes are about to end. Where nothing can be written, nobody is told.</summary>
    public static void Mark(string root)
    {
        try
        {
            File.WriteAllBytes(Path.Combine(root, FileName), []);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The others wait for the group, as they do whenever nobody answers.
        }
    }

    /// <summary>Takes that back: what is in the directory is started again.</summary>
    public static void Unmark(string root)
    {
        if (File.Exists(Path.Combine(root, FileName)))
            File.Delete(Path.Combine(root, FileName));
    }

    /// <summary>What to tell who was connected to the processes of a directory.</summary>
    /// <param name="directory">The directory; null when none is known.</param>
    /// <returns>That a demo was ended there; null otherwise.</returns>
    public static ReportedException? Find(string? directory)
    {
        if (directory is null)
            return null;
        bool isTemporary = Path.GetFileName(directory).StartsWith(TemporaryDirectory.Prefix, StringComparison.Ordinal);
        if (!(isTemporary && !Directory.Exists(directory)) && !File.Exists(Path.Combine(directory, FileName)))
            return null;
        return new ReportedException(ErrorKinds.DemoEnded, directory) { Next = isTemporary ? null : $"px demo --keep {ShellWord.Of(directory)}" };
    }
}

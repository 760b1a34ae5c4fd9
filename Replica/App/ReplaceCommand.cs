using System.CommandLine;
using PaxosShard.Programs.Errors;

namespace PaxosShard.Replica.App;

/// <summary><c>px replica replace</c> as the page of <c>px replica</c> names it. It talks to a group and is done by the other program, to which the front door hands it.</summary>
internal static class ReplaceCommand
{
    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command command = new("replace", "Replace a replica that is lost for good: an empty one takes its place, while the group serves.");
        command.SetAction(static int (ParseResult _) => throw new ReportedException(ErrorKinds.ReplicaUsage, "px replica replace is no verb of this program but one of px") { Next = "px replica replace --help" });
        return command;
    }
}

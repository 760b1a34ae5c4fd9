using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Client;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px rooms</c>: the rooms of a group, all of them or a part.</summary>
internal static class RoomsCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<string> after = new("--after") { Description = "Only rooms behind this name, in the order of the bytes", DefaultValueFactory = _ => "", HelpName = "ROOM" };
        Option<long?> count = new("--count") { Description = "Most rooms (default: all)", HelpName = "N" };
        Option<bool> json = new("--json") { Description = "One JSON object a line" };
        Command command = new("rooms", "List the rooms: name and number of the last message, with a tab between.\nExample: px rooms --count 100")
        {
            after, count, json,
        };
        TargetOptions target = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            RoomsRequest request = new(parsed.GetRequiredValue(after), parsed.GetValue(count) ?? long.MaxValue, parsed.GetValue(json));
            if (request.Count < 1)
                throw new ReportedException(ErrorKinds.Usage, "--count is 1 or more");
            if (request.After.Length > 0 && MessageRules.Violation(request.After, "x", "x") is { } violation)
                throw new ReportedException(ErrorKinds.Usage, $"--after: {violation}");
            await using ChatLogClient client = await ChatLogClient.ConnectAsync(target.ClientOptions(parsed, shell), cancellation);
            await WriteAsync(client, shell, request, cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task WriteAsync(ChatLogClient client, Shell shell, RoomsRequest request, CancellationToken cancellation)
    {
        string after = request.After;
        long wanted = request.Count;
        ListRoomsResult page;
        do
        {
            page = await client.ListRoomsAsync(after, (int)Math.Min(wanted, int.MaxValue), cancellation);
            foreach (RoomSummary room in page.Rooms)
                shell.Data(Line(room, request.Json));
            wanted -= page.Rooms.Count;
            after = page.Rooms.Count > 0 ? page.Rooms[^1].Room : after;
        }
        while (page is { Left: > 0, Rooms.Count: > 0 } && wanted > 0 && shell.HasReader);
        if (page.Total == 0)
            shell.Note("there is no room yet; the first message makes one");
        else if (page.Left > 0 && shell.HasReader)
            shell.Note($"{page.Left} more of {page.Total} rooms; px rooms --after '{after}' goes on");
    }

    private static string Line(RoomSummary room, bool json) => json
        ? Json.ObjectLine(writer =>
        {
            writer.WriteString("room", room.Room);
            writer.WriteNumber("last", room.Last);
        })
        : $"{TextEscaping.Escape(room.Room)}\t{room.Last}";

    private sealed record RoomsRequest(string After, long Count, bool Json);
}

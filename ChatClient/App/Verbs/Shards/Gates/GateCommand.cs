using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Verbs.Keys;
using PaxosShard.Client;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Verbs.Shards.Gates;

/// <summary><c>px shard gate</c>: what waits on a shard for an operation on another one, and how that ends when the other one has lost it.</summary>
internal static class GateCommand
{
    private const string About = """
        Show the operations of ordered sessions that wait on their shard for one on another shard, or those on one KEY. Each goes on by itself as soon as the other shard tells what became of the one before it.
        When that shard has lost its data for good, --open lets the first one that waits on KEY take effect, and --void takes it out. Nobody knows then whether the one before it took effect.
        Example: px shard gate post:7 --void --dir /tmp/cluster
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Argument<string?> key = new("KEY") { Description = "Only what waits on this key", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> room = new("--room") { Description = "KEY is a room" };
        Option<bool> hex = KeyVerb.NewFlag("--hex", "KEY is hexadecimal, and keys in the output are");
        Option<bool> open = new("--open") { Description = "The first operation that waits on KEY takes effect" };
        Option<bool> isVoid = new("--void") { Description = "The first operation that waits on KEY goes, without effect, with what hangs on it in its session" };
        Option<bool> force = new("--force") { Description = "Also when the shard of the operation before it answers" };
        Option<bool> json = new("--json") { Description = "As JSON" };
        Command command = new("gate", About) { key, room, hex, open, isVoid, force, json };
        TargetOptions options = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            Wish wish = new(parsed.GetValue(key), parsed.GetValue(room), parsed.GetValue(hex), parsed.GetValue(open), parsed.GetValue(isVoid), parsed.GetValue(force));
            wish.Validate();
            ShardTarget target = ShardTarget.Of(options, parsed, shell, parsed.GetValue(json));
            GateReader reader = new(target, await target.ReadLatestAsync(cancellation));
            if (!wish.Settles)
                return await ListAsync(shell, wish, reader, target.IsJson, cancellation);
            await new GateSettlement(reader, wish.Opens, wish.IsForced).RunAsync(wish.Name, wish.IsRoom, wish.IsHex, cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<int> ListAsync(Shell shell, Wish wish, GateReader reader, bool isJson, CancellationToken cancellation)
    {
        IReadOnlyList<Shard> asked = wish.Key is null ? reader.Configuration.Shards : [reader.OwnerOf(wish.Name)];
        ShardGates?[] found = await Task.WhenAll(asked.Select(shard => reader.TryReadAsync(shard, wish.Name, cancellation)));
        GateList list = new([.. found.OfType<ShardGates>().Select(gates => wish.Key is null ? gates : gates.Only(wish.IsRoom))], reader.Configuration, wish.IsHex);
        if (isJson)
            shell.Data(Json.ObjectLine(list.Write));
        else if (list.Count > 0)
            list.ToTable(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()).WriteTo(shell);
        else
            shell.Note(wish.Key is null ? "nothing waits for another shard" : "nothing waits there for another shard");
        foreach (Shard silent in asked.Where((_, index) => found[index] is null))
            shell.Note($"shard {silent.Group.Number} does not answer: what waits there is not shown");
        return Array.Exists(found, static gates => gates is null) ? ExitCode.Partial : ExitCode.Ok;
    }

    /// <summary>What is to be shown or done.</summary>
    private sealed record Wish(string? Key, bool IsRoom, bool IsHex, bool Opens, bool Voids, bool IsForced)
    {
        public bool Settles => Opens || Voids;

        public ReadOnlyMemory<byte> Name => Key is null ? default : KeyText.Parse(Key, IsHex, "the key");

        public void Validate()
        {
            if (Opens && Voids)
                throw new ReportedException(ErrorKinds.Usage, "--open and --void exclude each other");
            if (Settles && Key is null)
                throw new ReportedException(ErrorKinds.Usage, $"{(Opens ? "--open" : "--void")} is for one KEY");
            if (IsForced && !Settles)
                throw new ReportedException(ErrorKinds.Usage, "--force goes with --open or --void");
            if (IsRoom && Key is null)
                throw new ReportedException(ErrorKinds.Usage, "--room says that KEY is a room, and there is no KEY");
            if (Key is not null && Name.Length is 0 or > Limits.KeyName)
                throw new ReportedException(ErrorKinds.Usage, $"a key and a room have 1 to {Limits.KeyName} bytes");
        }
    }
}

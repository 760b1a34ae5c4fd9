using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Tests.Unit.Core.Scenarios;

/// <summary>A machine for scenarios: a command is a word, and the state is all words in the order in which they ran. What begins with ? reads it.</summary>
internal sealed class WordMachine : IStateMachine
{
    private readonly List<string> _words = [];
    private OnePieceExport? _export;

    /// <summary>The words that have run.</summary>
    public string Ran => _words.Count == 0 ? "nothing" : string.Join(' ', _words);

    public ulong Hash => StableHash64.Of(Encoding.UTF8.GetBytes(Ran));

    public Occupancy Occupancy => Occupancy.Unbounded;

    public IEnumerable<string> Rules => ["WordMachine.Version = 1"];

    public CommandClass Classify(ReadOnlySpan<byte> command) => command[0] == '?' ? CommandClass.Read : CommandClass.Write;

    public CommandResult Apply(ReadOnlyMemory<byte> command, long wall, long logTime)
    {
        _words.Add(Encoding.UTF8.GetString(command.Span));
        return Read(command.Span);
    }

    public CommandResult Read(ReadOnlySpan<byte> query) => new(ReplyStatus.Ok, Encoding.UTF8.GetBytes(Ran));

    public CommandResult? TryAnswer(ReadOnlySpan<byte> query, out Wait wait)
    {
        wait = default;
        return new CommandResult(ReplyStatus.Malformed, []);
    }

    public CommandResult? TryAnswer(in Wait wait) => null;

    public CommandResult AnswerExpired(in Wait wait) => new(ReplyStatus.Malformed, []);

    public void TakeTouched(List<string> topics)
    {
        // Nothing waits.
    }

    public IStateMachine CreateEmpty() => new WordMachine();

    public IMachineExport BeginExport(Slot slot)
    {
        if (_export is { IsOver: false })
            throw new InvalidOperationException("there is one export at a time");
        byte[] piece = new byte[sizeof(int) + _words.Sum(static word => WireWriter.SizeOf(word))];
        WireWriter writer = new(piece);
        writer.WriteInt32(_words.Count);
        foreach (string word in _words)
            writer.WriteString(word);
        return _export = new OnePieceExport(piece);
    }

    public IMachineImport BeginImport() =>
        _words.Count == 0 ? new OnePieceImport(Take) : throw new InvalidOperationException("only a machine that has run nothing takes an export");

    private void Take(byte[] piece)
    {
        WireReader reader = new(piece);
        for (int left = reader.ReadCount(int.MaxValue, sizeof(int)); left > 0; left--)
            _words.Add(reader.ReadString(int.MaxValue));
        reader.RequireEnd();
    }
}

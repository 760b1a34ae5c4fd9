using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Scenarios;

/// <summary>A machine for scenarios: a command is a word, and the state is all words in the order in which they ran. What begins with ? reads it.</summary>
internal sealed class WordMachine : IStateMachine
{
    private readonly List<string> _words = [];

    /// <summary>The words that have run.</summary>
    public string Ran => _words.Count == 0 ? "nothing" : string.Join(' ', _words);

    public ulong Hash => StableHash64.Of(Encoding.UTF8.GetBytes(Ran));

    public IEnumerable<string> Rules => ["WordMachine.Version = 1"];

    public CommandClass Classify(ReadOnlySpan<byte> command) => command[0] == '?' ? CommandClass.Read : CommandClass.Write;

    public CommandResult Apply(ReadOnlyMemory<byte> command, long wall)
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
}

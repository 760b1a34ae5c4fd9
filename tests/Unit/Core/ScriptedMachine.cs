using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Tests.Unit.Core.Scenarios;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>A machine of words, of which some do with the sessions what a test says, and whose waits are answered when a test says so.</summary>
internal sealed class ScriptedMachine : IStateMachine
{
    private readonly WordMachine _words = new();

    /// <summary>What a word does while it runs.</summary>
    public Dictionary<string, Action<ISessionMoves>> Does { get; } = new(StringComparer.Ordinal);

    /// <summary>The words that have run.</summary>
    public string Ran => _words.Ran;

    /// <summary>What it was handed, each time.</summary>
    public List<ISessionMoves> Attached { get; } = [];

    /// <summary>The answer to a wait.</summary>
    public Func<Wait, CommandResult?> Answer { get; set; } = static _ => null;

    /// <summary>Topics that are touched.</summary>
    public List<string> Touched { get; } = [];

    /// <summary>Any wait may have to be answered.</summary>
    public bool AreAllTouched { get; set; }

    /// <summary>What the sessions give and take; handed over once.</summary>
    public ISessionMoves Sessions => Attached.Single();

    /// <summary>Who serves all arcs.</summary>
    public ArcOwner Owner { get; set; } = ArcOwner.Here;

    public bool MergesSessions { get; init; }

    public ulong Hash => _words.Hash;

    public Occupancy Occupancy => _words.Occupancy;

    public IEnumerable<string> Rules => ["ScriptedMachine.Version = 1"];

    public void Attach(ISessionMoves sessions) => Attached.Add(sessions);

    public ArcOwner FindOwner(Arc arc) => Owner;

    public CommandClass Classify(ReadOnlySpan<byte> command) => _words.Classify(command);

    public CommandResult Apply(ReadOnlyMemory<byte> command, long wall, long logTime)
    {
        if (Does.TryGetValue(Encoding.UTF8.GetString(command.Span), out Action<ISessionMoves>? action))
            action(Sessions);
        return _words.Apply(command, wall, logTime);
    }

    public CommandResult Read(ReadOnlySpan<byte> query) => _words.Read(query);

    public CommandResult? TryAnswer(ReadOnlySpan<byte> query, out Wait wait) => _words.TryAnswer(query, out wait);

    public CommandResult? TryAnswer(in Wait wait) => Answer(wait);

    public CommandResult AnswerExpired(in Wait wait) => _words.AnswerExpired(in wait);

    public void TakeTouched(List<string> topics)
    {
        topics.AddRange(Touched);
        Touched.Clear();
    }

    public bool TakeAllTouched()
    {
        bool areTouched = AreAllTouched;
        AreAllTouched = false;
        return areTouched;
    }

    public IStateMachine CreateEmpty() => new ScriptedMachine { MergesSessions = MergesSessions };

    public IMachineExport BeginExport(Slot slot) => _words.BeginExport(slot);

    public IMachineImport BeginImport() => _words.BeginImport();
}

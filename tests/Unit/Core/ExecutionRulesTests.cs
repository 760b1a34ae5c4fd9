using System.Reflection;
using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>What execution depends on is compared before two replicas work together; what is not compared must not matter to it.</summary>
public sealed class ExecutionRulesTests
{
    /// <summary>Bounds that only the primary, one connection or one copy keeps: what is executed does not depend on them.</summary>
    private static readonly string[] _doNotMatter =
    [
        "GroupOptions.ReplicaCount", "GroupOptions.Self", "GroupOptions.Identity", "GroupOptions.IsNewcomer", "GroupOptions.Seed", "GroupOptions.TickMilliseconds", "GroupOptions.PlacesEarly",
        "GroupOptions.HeartbeatTicks", "GroupOptions.TimeoutTicks", "GroupOptions.UndecidedSlots", "GroupOptions.UndecidedBytes",
        "GroupOptions.CommandsPerEntry", "GroupOptions.EntryBytes", "GroupOptions.WaitingRequests", "GroupOptions.WaitingBytes",
        "GroupOptions.WaitingReads", "GroupOptions.WaitsPerClient", "GroupOptions.LongestWaitMilliseconds",
        "GroupOptions.ResendSlots", "GroupOptions.SnapshotBytes", "GroupOptions.SnapshotPieceBytes", "Limits.SnapshotPiece", "GroupOptions.PartBytes", "GroupOptions.Quorum", "Limits.FrameBeforeHello",
        "Limits.FrameFromClient", "Limits.FrameBetweenReplicas", "Limits.Replicas", "Limits.Reason", "Limits.Address",
        "Limits.Role", "Limits.OrderedWindow", "Limits.NotesPerFrame",
    ];

    private static readonly GroupOptions _defaults = new() { ReplicaCount = 3, Self = new ReplicaId(0) };

    private static string Described => ExecutionRules.Describe(_defaults.Sessions, _defaults.SessionWindow, new ShardMachine());

    [Test]
    public void The_hash_of_the_defaults_is_fixed()
    {
        Assert.That($"{HashOf(_defaults):x16}", Is.EqualTo("2fa38ef1183ac1a3"), $"of\n{Described}");
    }

    [Test]
    public void Bounds_that_matter_to_execution_change_the_hash_and_others_do_not()
    {
        ulong hash = HashOf(_defaults);

        Assert.That(HashOf(_defaults with { Sessions = 9_999 }), Is.Not.EqualTo(hash));
        Assert.That(HashOf(_defaults with { SessionWindow = 1_023 }), Is.Not.EqualTo(hash));
        Assert.That(HashOf(_defaults with { Self = new ReplicaId(2), TimeoutTicks = 90, EntryBytes = 1 }), Is.EqualTo(hash));
    }

    [Test]
    public void What_the_machine_depends_on_changes_the_hash()
    {
        Assert.That(ExecutionRules.HashOf(_defaults, new ShardMachine(rooms: 9)), Is.Not.EqualTo(HashOf(_defaults)));
        Assert.That(ExecutionRules.HashOf(_defaults, new ShardMachine(stateBytes: 9)), Is.Not.EqualTo(HashOf(_defaults)));
        foreach (RoomRetention retention in (ReadOnlySpan<RoomRetention>)[new(9, 0, 0), new(0, 9, 0), new(0, 0, 9)])
            Assert.That(ExecutionRules.HashOf(_defaults, new ShardMachine(retention: retention)), Is.Not.EqualTo(HashOf(_defaults)));
    }

    [TestCaseSource(nameof(Names))]
    public void Every_option_and_limit_is_compared_or_known_not_to_matter(string name)
    {
        bool isCompared = Described.Contains($"\n{name} = ", StringComparison.Ordinal);

        Assert.That(isCompared != _doNotMatter.Contains(name), isCompared ? $"{name} is both" : $"{name} is neither");
    }

    [Test]
    public void Every_text_of_a_reason_is_compared()
    {
        FieldInfo[] reasons = typeof(Reasons).GetFields(BindingFlags.Public | BindingFlags.Static);

        Assert.That(reasons, Has.Length.GreaterThan(10));
        Assert.That(Reasons.All, Has.Count.EqualTo(reasons.Length));
        foreach (FieldInfo reason in reasons.Concat(typeof(SessionAnswers).GetFields(BindingFlags.NonPublic | BindingFlags.Static).Where(field => field.FieldType == typeof(byte[]))))
            Assert.That(Described, Does.Contain($"reason = {Encoding.UTF8.GetString((byte[])reason.GetValue(null)!)}\n"));
    }

    private static ulong HashOf(GroupOptions options) => ExecutionRules.HashOf(options, new ShardMachine());

    private static IEnumerable<string> Names() =>
    [
        .. typeof(GroupOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => $"GroupOptions.{property.Name}"),
        .. typeof(Limits).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => $"Limits.{field.Name}"),
    ];
}

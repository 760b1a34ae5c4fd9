using System.Text;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Verbs.Shards;
using PaxosShard.ChatClient.App.Verbs.Shards.Gates;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Hashing.Rings;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Tests.Unit.Client;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.ChatApp.Shards;

/// <summary>A gate that is settled by hand: what became of it is said only where it is known.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class GateSettlementTests : IAsyncDisposable
{
    private static readonly GroupId _group = new(1);

    // For an answer that never comes; the answers before it have as long.
    private static readonly TimeSpan _untilLost = TimeSpan.FromSeconds(5);

    private static readonly ClosedGate _gate =
        new(0, "k"u8.ToArray(), new SessionId(3).AsOrdered(), new SequenceNumber(2), PlacementToken.None, new SequenceNumber(1), 7, PlacementToken.None, Since: 0, Behind: 0, IsToOpen: false);

    private readonly FakeGroup _shard = new() { Group = _group };
    private readonly StringBuilder _said = new();
    private bool _isClosed = true;
    private bool _isSettledWhenTold = true;

    public GateSettlementTests() => _shard.Answers = Answer;

    public ValueTask DisposeAsync() => _shard.DisposeAsync();

    [Test]
    public async Task What_has_taken_effect_is_told()
    {
        await SettleAsync(opens: true, ClientTestOptions.Patience);

        Assert.That(_said.ToString(), Is.EqualTo("operation 2 on key 'k' was opened: it takes effect in its turn\n"));
    }

    [Test]
    public async Task Where_nothing_waits_nothing_is_told_to_the_shard()
    {
        _isClosed = false;

        ReportedException told = (await Assert.ThrowsAsync<ReportedException>(() => SettleAsync(opens: true, ClientTestOptions.Patience)))!;

        Assert.That(told.Kind, Is.EqualTo(ErrorKinds.NoGate));
        Assert.That(_shard.Sends, Is.Empty);
    }

    /// <summary>The primary may have been told, so that the gate may be settled; the same again is safe.</summary>
    [TestCase(CommandKind.SettleByHand)]
    [TestCase(CommandKind.ReadGates)]
    public async Task When_an_answer_is_lost_after_the_primary_may_have_been_told_the_outcome_is_unknown(CommandKind lost)
    {
        bool wasTold = false;
        _shard.Script = (request, _) =>
        {
            CommandKind kind = (CommandKind)request.Command.Span[0];
            wasTold |= kind == CommandKind.SettleByHand;
            return wasTold && kind == lost ? Fate.LoseTheAnswer : Fate.Answer;
        };

        ReportedException told = (await Assert.ThrowsAsync<ReportedException>(() => SettleAsync(opens: false, _untilLost)))!;

        Assert.That(told.Kind, Is.EqualTo(ErrorKinds.OutcomeUnknown));
        Assert.That(told.Outcome, Is.EqualTo("the gate may be settled, now or in a moment; the same command again is safe"));
        Assert.That(_said.ToString(), Is.Empty);
    }

    [Test]
    public async Task When_it_still_waits_in_the_end_the_outcome_is_unknown()
    {
        _isSettledWhenTold = false;

        ReportedException told = (await Assert.ThrowsAsync<ReportedException>(() => SettleAsync(opens: true, _untilLost)))!;

        Assert.That((told.Kind, told.Message), Is.EqualTo((ErrorKinds.OutcomeUnknown, "operation 2 still waits after 5 s")));
    }

    private Task SettleAsync(bool opens, TimeSpan patience)
    {
        Shard[] shards = [new Shard(_group, RingMember.DefaultPoints, _shard.Endpoints)];
        Configuration configuration = Configuration.Zero.Next(1, shards, Assignment.First(shards));
        Shell shell = new(bytes => _said.Append(Encoding.UTF8.GetString(bytes.Span)), static _ => { }, static _ => null);
        ShardTarget target = new(shell, ClientTestOptions.For(_shard) with { RequestTimeout = patience }, Local: null, Words: "", IsJson: false);
        return new GateSettlement(new GateReader(target, configuration), opens, isForced: true).RunAsync(_gate.Name, isRoom: false, isHex: false, CancellationToken.None);
    }

    private ClientReply? Answer(ClientRequest request)
    {
        byte[]? result = (CommandKind)request.Command.Span[0] switch
        {
            CommandKind.ReadGates => new GatesResult(_isClosed ? 1 : 0, _isClosed ? [_gate] : []).Encode(),
            CommandKind.SettleByHand => [(byte)SettledByHand.Taken],
            _ => null,
        };
        _isClosed &= (CommandKind)request.Command.Span[0] != CommandKind.SettleByHand || !_isSettledWhenTold;
        return result is null ? null : new ClientReply(request.Session, request.Sequence, ReplyStatus.Ok, _shard.View, result) { LogTime = _shard.LogTime };
    }
}

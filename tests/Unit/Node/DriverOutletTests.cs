using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Replica.Node.Faults;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Node;

public sealed class DriverOutletTests
{
    private static readonly MemberList _members = MemberList.Parse("127.0.0.1:7001,127.0.0.1:7002,127.0.0.1:7003");

    [Test]
    public async Task A_redirect_names_the_address_of_the_primary()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        using RawConnection client = await transport.ConnectClientAsync();
        ClientHandle handle = await AskAsync(transport, client, [(byte)CommandKind.SendMessage]);

        Outlet(transport).Reply([new Reply(handle, new ClientReply(new SessionId(1), new SequenceNumber(1), ReplyStatus.Redirect, new View(4), default))]);

        ClientReply reply = await client.ReadReplyAsync();
        Assert.That(Encoding.UTF8.GetString(reply.Payload.Span), Is.EqualTo("127.0.0.1:7002"));
    }

    [Test]
    public async Task A_redirect_names_the_address_of_the_newcomer()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        using RawConnection client = await transport.ConnectClientAsync();
        ClientHandle handle = await AskAsync(transport, client, [(byte)CommandKind.SendMessage]);
        DriverOutlet outlet = Outlet(transport);

        outlet.OnMembers(Lists.Replacing((1, 201, "127.0.0.1:7009")));
        outlet.Reply([new Reply(handle, new ClientReply(new SessionId(1), new SequenceNumber(1), ReplyStatus.Redirect, new View(4), default))]);

        Assert.That(Encoding.UTF8.GetString((await client.ReadReplyAsync()).Payload.Span), Is.EqualTo("127.0.0.1:7009"));
    }

    [Test]
    public async Task The_status_is_answered_without_the_core()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        using RawConnection client = await transport.ConnectClientAsync();
        await AskAsync(transport, client, new ReadStatusQuery().Encode());
        List<Input> inputs = [.. transport.TakeInputs(1), Input.Synced(new(1))];
        ReplicaCore core = new(new GroupOptions { ReplicaCount = 3, Self = new ReplicaId(0) }, RecoveredState.Fresh, new ShardMachine());

        ReplicaEngine engine = new(core, new LogQueue(new LogLimits(), static () => { }), new SnapshotQueue(static () => { }), Outlet(transport), new StatusAnswer(new ReplicaId(0), _members.Addresses, new LogReport()));
        engine.AnswerStatusQuestions(inputs, default);

        Assert.That(inputs, Is.EqualTo(new[] { Input.Synced(new(1)) }), "only the question is taken out");
        StatusResult status = StatusResult.Decode((await client.ReadReplyAsync()).Payload.Span);
        Assert.That(status.ReplicaCount, Is.EqualTo(3));
        Assert.That(status.Syncs, Is.EqualTo(41));
        Assert.That(status.IsDiskFull);
        Assert.That((status.Snapshot, status.Base, status.LogBytes), Is.EqualTo((Slot.Zero, Slot.Zero, 0L)));
        Assert.That(status.State, Is.EqualTo(new Occupancy(0, ShardMachine.DefaultStateBytes)));
        Assert.That(status.SessionBytes, Is.EqualTo(new Occupancy(0, 512 * 1024 * 1024)));
        Assert.That(status.Sessions, Is.EqualTo(new Occupancy(0, 160_000)));
        Assert.That(status.Addresses, Is.EqualTo(new[] { "127.0.0.1:7001", "127.0.0.1:7002", "127.0.0.1:7003" }));
    }

    [Test]
    public async Task The_reply_to_a_client_that_is_gone_is_forgotten()
    {
        await using TransportFixture transport = await TransportFixture.StartAsync();
        Reply reply = new(new ClientHandle(99), new ClientReply(new SessionId(1), new SequenceNumber(1), ReplyStatus.Ok, View.First, default));

        Assert.That(() => Outlet(transport).Reply([reply]), Throws.Nothing);
    }

    [Test]
    public void Every_frame_is_lost_while_the_replica_is_cut_off_and_none_afterwards()
    {
        CutSwitch cut = new();
        FrameFaults faults = new(new FaultOptions { Cut = cut });

        Assert.That(faults.AreOff, Is.False);
        Assert.That(faults.LoseFrame(), Is.False);
        cut.IsOn = true;
        Assert.That(faults.LoseFrame(), Is.True);
        Assert.That(faults.Lose(Proposal(to: 1, slot: 5)), Is.True);
        cut.IsOn = false;
        Assert.That(faults.LoseFrame(), Is.False);
    }

    [Test]
    public void The_first_proposal_of_the_skipped_slot_is_lost_for_everybody_and_the_next_is_not()
    {
        FrameFaults faults = new(new FaultOptions { SkipSlot = new Slot(5) });

        Assert.That(faults.Lose(Proposal(to: 1, slot: 5)), Is.True);
        Assert.That(faults.Lose(Proposal(to: 2, slot: 5)), Is.True);
        Assert.That(faults.Lose(Proposal(to: 1, slot: 5)), Is.False);
        Assert.That(faults.Lose(Proposal(to: 2, slot: 5)), Is.False);
        Assert.That(faults.Lose(Proposal(to: 1, slot: 6)), Is.False);
        Assert.That(faults.AreOff, Is.False);
    }

    [TestCase(0.0, false)]
    [TestCase(1.0, true)]
    public void Frames_are_lost_with_their_probability(double probability, bool lost)
    {
        FrameFaults faults = new(new FaultOptions { DropProbability = probability });

        Assert.That(faults.LoseFrame(), Is.EqualTo(lost));
        Assert.That(faults.Lose(Proposal(to: 1, slot: 1)), Is.EqualTo(lost));
        Assert.That(faults.AreOff, Is.EqualTo(!lost));
    }

    [TestCase(-0.1)]
    [TestCase(1.1)]
    [TestCase(double.NaN)]
    public void A_probability_is_between_0_and_1(double probability) =>
        Assert.That(new FaultOptions { DropProbability = probability }.Validate, Throws.InstanceOf<InvalidOptionsException>());

    private sealed class LogReport : ILogReport
    {
        public long SyncCount => 41;

        public bool IsDiskFull => true;
    }

    private static Outgoing Proposal(int to, long slot) =>
        new(new ReplicaId(to), new Proposal(View.First, new Slot(slot), Entry.NoOp, Slot.Zero));

    private static DriverOutlet Outlet(TransportFixture transport) => new(
        new CurrentMembers(transport.Self, _members.Addresses), transport.Self, transport.Peers, transport.Clients, transport.Groups, new FrameFaults(new FaultOptions()), new KillSwitch(new FaultOptions()));

    private static async Task<ClientHandle> AskAsync(TransportFixture transport, RawConnection client, byte[] command)
    {
        await client.SendAsync(new ClientRequest(SessionId.None, new SequenceNumber(1), SequenceNumber.None, SequenceNumber.None, command));
        return transport.TakeInputs(1)[0].Client;
    }
}

using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Node;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class InboxTests
{
    private readonly Inbox _inbox;
    private int _wakes;

    public InboxTests() => _inbox = new Inbox(() => _wakes++);

    [Test]
    public void Everything_is_taken_as_one_turn_in_the_order_it_came()
    {
        InboxBudget source = new(10, 1000);
        _inbox.Post(Input.PeerConnected(new ReplicaId(1)));
        _inbox.TryPost(source, Messages(1, 2), 20);
        _inbox.Post(Input.PeerDisconnected(new ReplicaId(1)));

        List<Input> taken = _inbox.Take(traffic: true);

        Assert.That(taken, Is.EqualTo(new Input[]
        {
            Input.PeerConnected(new ReplicaId(1)),
            Messages(1, 2)[0],
            Messages(1, 2)[1],
            Input.PeerDisconnected(new ReplicaId(1)),
        }));
        Assert.That(_inbox.Take(traffic: true), Is.Empty);
    }

    [Test]
    public void A_source_is_bounded_in_count()
    {
        InboxBudget source = new(count: 3, bytes: 1000);

        Assert.That(_inbox.TryPost(source, Messages(1, 2), 2), Is.True);
        Assert.That(_inbox.TryPost(source, Messages(3, 4), 2), Is.False);
        Assert.That(_inbox.TryPost(source, Messages(3), 1), Is.True);
        Assert.That(_inbox.Take(traffic: true), Has.Count.EqualTo(3));
    }

    [Test]
    public void A_source_is_bounded_in_bytes()
    {
        InboxBudget source = new(count: 100, bytes: 100);

        Assert.That(_inbox.TryPost(source, Messages(1), 60), Is.True);
        Assert.That(_inbox.TryPost(source, Messages(2), 41), Is.False);
        Assert.That(_inbox.TryPost(source, Messages(2), 40), Is.True);
    }

    [Test]
    public void What_was_taken_leaves_room_again()
    {
        InboxBudget all = new(2, 1000);
        InboxBudget source = new(2, 1000, all);
        _inbox.TryPost(source, Messages(1, 2), 2);

        _inbox.Take(traffic: true);

        Assert.That(_inbox.TryPost(source, Messages(3, 4), 2), Is.True);
    }

    [Test]
    public void A_batch_larger_than_the_whole_budget_passes_alone()
    {
        InboxBudget source = new(count: 2, bytes: 10);

        Assert.That(_inbox.TryPost(source, Messages(1, 2, 3), 30), Is.True);
        Assert.That(_inbox.TryPost(source, Messages(4), 1), Is.False);
    }

    [Test]
    public void One_client_leaves_room_for_the_others_and_all_clients_for_the_peers()
    {
        InboxBudget allClients = new(4, 1000);
        InboxBudget greedy = new(3, 1000, allClients);
        InboxBudget modest = new(3, 1000, allClients);
        InboxBudget peer = new(3, 1000);
        _inbox.TryPost(greedy, Messages(1, 2, 3), 3);

        Assert.That(_inbox.TryPost(greedy, Messages(4), 1), Is.False, "the greedy client is at its own limit");
        Assert.That(_inbox.TryPost(modest, Messages(5), 1), Is.True, "the other client still has room");
        Assert.That(_inbox.TryPost(modest, Messages(6), 1), Is.False, "all clients together are at their limit");
        Assert.That(_inbox.TryPost(peer, Messages(7, 8, 9), 3), Is.True, "peers have their own");
    }

    [Test]
    public void A_source_without_room_waits_until_the_driver_has_taken()
    {
        InboxBudget source = new(1, 1000);
        _inbox.TryPost(source, Messages(1), 1);

        ValueTask waiting = _inbox.PostAsync(source, Messages(2), 1, CancellationToken.None);
        Assert.That(waiting.IsCompleted, Is.False);
        _inbox.Take(traffic: true);

        Assert.That(async () => await waiting, Throws.Nothing);
        Assert.That(_inbox.Take(traffic: true), Is.EqualTo(Messages(2)));
    }

    [Test]
    public void Waiting_for_room_ends_with_the_connection()
    {
        InboxBudget source = new(1, 1000);
        using CancellationTokenSource closed = new();
        _inbox.TryPost(source, Messages(1), 1);
        ValueTask waiting = _inbox.PostAsync(source, Messages(2), 1, closed.Token);

        closed.Cancel();

        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Nobody_waits_for_room_once_nobody_takes()
    {
        InboxBudget source = new(1, 1000);
        _inbox.TryPost(source, Messages(1), 1);
        ValueTask waiting = _inbox.PostAsync(source, Messages(2), 1, CancellationToken.None);

        _inbox.Close();

        Assert.That(async () => await waiting, Throws.Nothing);
        Assert.That(_inbox.TryPost(source, Messages(3), 1), Is.True);
        Assert.That(_inbox.Take(traffic: true), Is.Empty);
    }

    [Test]
    public void While_the_log_is_behind_only_its_report_is_taken()
    {
        InboxBudget source = new(1, 1000);
        _inbox.TryPost(source, Messages(1), 1);
        _inbox.PostSynced(new(4));

        Assert.That(_inbox.Take(traffic: false), Is.EqualTo(new Input[] { Input.Synced(new(4)) }));
        Assert.That(_inbox.TryPost(source, Messages(2), 1), Is.False, "what waits still counts");
        Assert.That(_inbox.Take(traffic: true), Is.EqualTo(Messages(1)));
    }

    [Test]
    public void While_the_log_is_behind_reports_of_snapshots_are_taken()
    {
        SnapshotMark mark = new(new Slot(7), 1);
        _inbox.Post(Input.PeerConnected(new ReplicaId(1)));
        _inbox.Post(Input.PiecesWritten(mark.Slot, 3));
        _inbox.Post(Input.SnapshotDurable(mark));
        _inbox.PostSynced(new(4));

        Assert.That(
            _inbox.Take(traffic: false),
            Is.EqualTo(new Input[] { Input.PiecesWritten(mark.Slot, 3), Input.SnapshotDurable(mark), Input.Synced(new(4)) }),
            "the log may have no space before a snapshot is durable");
        Assert.That(_inbox.Take(traffic: true), Is.EqualTo(new Input[] { Input.PeerConnected(new ReplicaId(1)) }));
    }

    [Test]
    public void Of_several_reports_of_the_log_the_last_one_counts()
    {
        _inbox.PostSynced(new(4));
        _inbox.PostSynced(new(9));
        _inbox.PostSynced(new(7));

        Assert.That(_inbox.Take(traffic: true), Is.EqualTo(new Input[] { Input.Synced(new(9)) }));
        Assert.That(_inbox.Take(traffic: true), Is.Empty);
    }

    [Test]
    public void A_post_wakes_the_driver()
    {
        _inbox.Post(Input.PeerConnected(new ReplicaId(1)));

        Assert.That(_wakes, Is.EqualTo(1));
    }

    private static List<Input> Messages(params int[] views) =>
        [.. views.Select(view => Input.FromPeer(new ReplicaId(1), new LeaveView(new View(view))))];
}

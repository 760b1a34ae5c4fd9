using System.Globalization;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Replica.Sharding;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Sharding;

/// <summary>How many clients of other groups there are, and how long they are kept.</summary>
[TestFixture]
internal sealed class KeptClientsTests
{
    private readonly List<FakeClient> _started = [];
    private KeptClients<FakeClient> _kept = null!;
    private long _now;

    [SetUp]
    public void Begin()
    {
        _now = 1000;
        _started.Clear();
        _kept = new KeptClients<FakeClient>((_, _) => Start(), () => _now);
    }

    [TearDown]
    public async Task End() => await _kept.DisposeAsync();

    [Test]
    public async Task A_group_is_asked_by_the_same_client_each_time()
    {
        FakeClient first = await AskAsync("a");
        FakeClient second = await AskAsync("a");
        await AskAsync("b");

        Assert.That(second, Is.SameAs(first));
        Assert.That(_started, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_client_that_nobody_has_used_for_long_is_closed()
    {
        FakeClient first = await AskAsync("a");
        _now += KeptClients<FakeClient>.Unused - 1;
        await AskAsync("b");
        await _kept.CloseUnusedAsync();
        Assert.That(first.IsClosed, Is.False);

        _now++;
        await _kept.CloseUnusedAsync();

        Assert.That(first.IsClosed, Is.True);
        Assert.That(_kept.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_client_is_not_closed_while_it_is_used()
    {
        TaskCompletionSource<int> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int> asking = _kept.AskAsync(new GroupId(1), ["a"], _ => answer.Task);
        _now += 2 * KeptClients<FakeClient>.Unused;

        await _kept.CloseUnusedAsync();

        Assert.That(_started[0].IsClosed, Is.False);
        answer.SetResult(1);
        await asking;
    }

    [Test]
    public async Task When_there_are_too_many_the_one_that_was_not_used_for_longest_is_closed()
    {
        for (int group = 0; group < KeptClients<FakeClient>.Most; group++)
        {
            await AskAsync(group.ToString(CultureInfo.InvariantCulture));
            _now++;
        }

        await AskAsync("0");
        await AskAsync("further");

        Assert.That(_started.FindAll(static client => client.IsClosed), Is.EqualTo(new[] { _started[1] }));
        Assert.That(_kept.Count, Is.EqualTo(KeptClients<FakeClient>.Most));
    }

    [Test]
    public async Task When_all_are_used_a_further_group_is_not_asked()
    {
        TaskCompletionSource<int> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<Task> asking = [];
        for (int group = 0; group < KeptClients<FakeClient>.Most; group++)
            asking.Add(_kept.AskAsync(new GroupId(1), [group.ToString(CultureInfo.InvariantCulture)], _ => answer.Task));

        Assert.That(async () => await AskAsync("further"), Throws.TypeOf<NotAppliedException>());

        answer.SetResult(1);
        await Task.WhenAll(asking);
        await AskAsync("further");
        Assert.That(_kept.Count, Is.EqualTo(KeptClients<FakeClient>.Most));
    }

    private FakeClient Start()
    {
        FakeClient client = new();
        _started.Add(client);
        return client;
    }

    private Task<FakeClient> AskAsync(string address) => _kept.AskAsync(new GroupId(1), [address], static client => Task.FromResult(client));

    private sealed class FakeClient : IAsyncDisposable
    {
        public bool IsClosed { get; private set; }

        public ValueTask DisposeAsync()
        {
            IsClosed = true;
            return ValueTask.CompletedTask;
        }
    }
}

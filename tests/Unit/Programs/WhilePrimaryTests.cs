using NUnit.Framework;
using PaxosShard.Replica.Hosting;

namespace PaxosShard.Tests.Unit.Programs;

/// <summary>What is done beside a replica is done while that is the primary, and again after an error.</summary>
public sealed class WhilePrimaryTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _begun = new(0);
    private readonly SemaphoreSlim _looks = new(0);
    private volatile bool _isPrimary;

    [Test]
    public async Task It_begins_once_the_replica_leads_and_again_whenever_it_does()
    {
        await using WhilePrimary work = WhilePrimary.Start("a test", IsPrimary, ActAsync, CancellationToken.None);
        await SeeAsync(_looks);
        await SeeAsync(_looks);
        Assert.That(_begun.CurrentCount, Is.Zero);

        for (int time = 0; time < 2; time++)
        {
            _isPrimary = true;
            await SeeAsync(_begun);
            _isPrimary = false;
            Drain(_looks);
            await SeeAsync(_looks);
            await SeeAsync(_looks);
            Drain(_begun);
        }
    }

    [Test]
    public async Task An_error_ends_nothing()
    {
        _isPrimary = true;
        await using WhilePrimary work = WhilePrimary.Start("a test", IsPrimary, FailAsync, CancellationToken.None);

        await SeeAsync(_begun);
        await SeeAsync(_begun);
    }

    [Test]
    public async Task What_is_under_way_is_cancelled_when_it_ends([Values] bool isStopped)
    {
        _isPrimary = true;
        using CancellationTokenSource stopping = new();
        WhilePrimary work = WhilePrimary.Start("a test", IsPrimary, LastAsync, stopping.Token);
        await SeeAsync(_begun);

        if (isStopped)
            await stopping.CancelAsync();
        await work.DisposeAsync().AsTask().WaitAsync(_patience);

        Assert.That(_begun.CurrentCount, Is.Zero, "it does not begin again");
    }

    [TearDown]
    public void End()
    {
        Drain(_begun);
        Drain(_looks);
        _isPrimary = false;
    }

    [OneTimeTearDown]
    public void Dispose()
    {
        _begun.Dispose();
        _looks.Dispose();
    }

    private static async Task SeeAsync(SemaphoreSlim seen) => Assert.That(await seen.WaitAsync(_patience), Is.True);

    private static void Drain(SemaphoreSlim seen)
    {
        while (seen.Wait(0))
        {
        }
    }

    private bool IsPrimary()
    {
        _looks.Release();
        return _isPrimary;
    }

    private Task ActAsync(CancellationToken ending)
    {
        _begun.Release();
        return Task.CompletedTask;
    }

    private Task FailAsync(CancellationToken ending)
    {
        _begun.Release();
        throw new InvalidOperationException("as planned");
    }

    private Task LastAsync(CancellationToken ending)
    {
        _begun.Release();
        return Task.Delay(Timeout.InfiniteTimeSpan, ending);
    }
}

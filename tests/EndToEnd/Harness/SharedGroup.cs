using NUnit.Framework;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>Tests that share one group, started by <c>px up</c> before the first of them and ended after the last.</summary>
/// <param name="replicas">How many replicas it has.</param>
public abstract class SharedGroup(int replicas)
{
    /// <summary>The group.</summary>
    private protected PxGroup Group { get; private set; } = null!;

    /// <summary>What else <c>px up</c> is given.</summary>
    protected virtual IReadOnlyList<string> Options => [];

    /// <summary>Starts it.</summary>
    [OneTimeSetUp]
    public async Task StartGroupAsync()
    {
        using CancellationTokenSource limit = new(Eventually.Patience);
        Group = await PxGroup.StartAsync(replicas, limit.Token, [.. Options]);
        await PrepareAsync(limit.Token);
    }

    /// <summary>Ends it.</summary>
    [OneTimeTearDown]
    public async Task EndGroupAsync() => await Group.DisposeAsync();

    /// <summary>What else the tests find when they begin.</summary>
    protected virtual Task PrepareAsync(CancellationToken cancellation) => Task.CompletedTask;
}

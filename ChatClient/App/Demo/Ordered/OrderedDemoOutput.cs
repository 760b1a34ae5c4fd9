namespace PaxosShard.ChatClient.App.Demo.Ordered;

/// <summary>Where the demo of ordered sessions is shown, and where commands come from.</summary>
internal abstract class OrderedDemoOutput : IAsyncDisposable
{
    /// <summary>A line of a timeline was seen. From any thread.</summary>
    /// <param name="side">On which side.</param>
    /// <param name="text">What was found.</param>
    public abstract void Seen(OrderedDemoCount side, string text);

    /// <summary>Tells something else. From any thread.</summary>
    public abstract void Note(string line);

    /// <summary>The user has left by Ctrl-C.</summary>
    public virtual bool IsInterrupted => false;

    /// <summary>The commands, one after the other; null at the end of the input.</summary>
    public abstract ValueTask<string?> ReadAsync(CancellationToken cancellation);

    /// <summary>Leaves what it was shown on as it was before.</summary>
    public abstract ValueTask DisposeAsync();
}

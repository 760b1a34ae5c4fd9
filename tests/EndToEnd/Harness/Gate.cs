namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>Lets through or holds, as a test says.</summary>
internal sealed class Gate
{
    private volatile TaskCompletionSource _opened = Opened();

    /// <summary>Completes at once when the gate is open, else when it is opened.</summary>
    public Task PassAsync(CancellationToken cancellation) => _opened.Task.WaitAsync(cancellation);

    /// <summary>Holds from now on.</summary>
    public void Close()
    {
        if (_opened.Task.IsCompleted)
            _opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Lets through from now on, what waits included.</summary>
    public void Open() => _opened.TrySetResult();

    private static TaskCompletionSource Opened()
    {
        TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        opened.SetResult();
        return opened;
    }
}

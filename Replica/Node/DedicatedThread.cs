namespace PaxosShard.Replica.Node;

/// <summary>A thread of its own, not one of the pool, whose end can be awaited.</summary>
internal static class DedicatedThread
{
    /// <summary>Starts it.</summary>
    /// <param name="name">Its name in debuggers and dumps.</param>
    /// <param name="body">What it does.</param>
    /// <returns>Ends with the thread; faulted by what the body threw.</returns>
    public static Task RunAsync(string name, Action body)
    {
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            try
            {
                body();
                ended.SetResult();
            }
            catch (Exception failure)
            {
                ended.SetException(failure);
            }
        })
        {
            Name = name,
            IsBackground = true,
        };
        thread.Start();
        return ended.Task;
    }
}

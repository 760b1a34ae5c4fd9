using System.Runtime.CompilerServices;

namespace PaxosShard.Client.Connections;

/// <summary>
/// Awaits something that another thread will go on behind, and lets this thread do something else as soon as that is arranged: so whoever goes on with what was received does so on the thread that received it,
/// and may block it.
/// </summary>
/// <param name="awaited">What is awaited.</param>
/// <param name="beside">Done on this thread meanwhile; told true. Not done when nothing has to be waited for.</param>
/// <typeparam name="T">What it gives.</typeparam>
internal readonly struct WaitBeside<T>(ValueTask<T> awaited, Action<bool> beside) : ICriticalNotifyCompletion
{
    private readonly ValueTaskAwaiter<T> _awaiter = awaited.GetAwaiter();

    /// <summary>It is here.</summary>
    public bool IsCompleted => _awaiter.IsCompleted;

    /// <summary>What this is awaited with.</summary>
    public WaitBeside<T> GetAwaiter() => this;

    /// <summary>What it gives.</summary>
#pragma warning disable VSTHRD002 // An awaiter: called when it is here.
    public T GetResult() => _awaiter.GetResult();
#pragma warning restore VSTHRD002

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation)
    {
        Action<bool> meanwhile = beside;
        _awaiter.UnsafeOnCompleted(continuation); // On another thread, perhaps before this returns, and this may be no more then.
        meanwhile(obj: true);
    }
}

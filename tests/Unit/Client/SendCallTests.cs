using System.Runtime.CompilerServices;
using NUnit.Framework;
using PaxosShard.Client.Core;
using PaxosShard.Client.Links;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>A call that has ended and waits to stand for another one.</summary>
public sealed class SendCallTests
{
    [Test]
    public void It_keeps_nothing_of_the_caller_that_it_stood_for()
    {
        WeakReference result = End(Begin());

        GC.Collect();

        Assert.That(result.IsAlive, Is.False);
    }

    [Test]
    public void It_stands_for_the_next_one_with_a_task_of_its_own()
    {
        SendCall<object> call = Begin();
        Task<object> first = call.Result;
        End(call);

        SendCall<object> next = Begin();

        Assert.That(next, Is.SameAs(call));
        Assert.That(first.IsCompletedSuccessfully, Is.True);
        Assert.That(next.Result.IsCompleted, Is.False);
    }

    private static SendCall<object> Begin() =>
        SendCall<object>.Of(command: 0, size: 1, static (place, _) => place.Clear(), TimeSpan.FromSeconds(1), static _ => new object());

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference End(SendCall<object> call)
    {
        Task<object> result = call.Result;
        call.Watch(null!, CancellationToken.None);
        call.Request.Release();
        call.Resume(new EndedCall(call, Outcome.Done, default, default, Error: null));
        return new WeakReference(result);
    }
}

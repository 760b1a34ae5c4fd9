using System.IO.Pipelines;
using NUnit.Framework;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>Counts what is asked of a pipe, so that a reader that spins is caught.</summary>
internal sealed class CountingPipeReader(PipeReader inner) : PipeReader
{
    /// <summary>Reads so far.</summary>
    public int Reads { get; private set; }

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        Reads++;
        Assert.That(Reads, Is.LessThan(10_000), "it spins");
        return inner.ReadAsync(cancellationToken);
    }

    public override bool TryRead(out ReadResult result)
    {
        Reads++;
        return inner.TryRead(out result);
    }
}

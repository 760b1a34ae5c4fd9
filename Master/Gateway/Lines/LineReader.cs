using System.Buffers;
using System.IO.Pipelines;
using PaxosShard.Master.Gateway.Connections;

namespace PaxosShard.Master.Gateway.Lines;

/// <summary>
/// Cuts what arrives into lines. What is too long is thrown away as it comes, so that the next line is found behind it whatever its length; bytes of a line that has not arrived whole are
/// counted, but for the first ones. One loop uses it.
/// </summary>
/// <param name="input">The bytes.</param>
/// <param name="longest">Most bytes of a line, without its line feed.</param>
/// <param name="budget">Where bytes are counted.</param>
internal sealed class LineReader(PipeReader input, int longest, ByteBudget budget) : IDisposable
{
    private const byte LineFeed = (byte)'\n';

    // So much of a line may wait without being counted: the number of connections bounds it well enough.
    private const int FreeBytes = 64 * 1024;

    private SequencePosition? _taken;
    private LineOutcome? _thrownAway;
    private long _searched;
    private long _counted;

    /// <summary>Waits for the next line.</summary>
    /// <param name="cancellation">Gives up; nothing can be read any more then.</param>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public async ValueTask<ReceivedLine> ReadAsync(CancellationToken cancellation)
    {
        GiveBack();
        while (true)
        {
            ReadResult result = await ReadInputAsync(cancellation);
            ReadOnlySequence<byte> bytes = result.Buffer;
            if (bytes.Slice(_searched).PositionOf(LineFeed) is { } end)
                return Take(bytes, end);
            if (result.IsCompleted)
                return TakeRest(bytes);
            Wait(bytes);
        }
    }

    /// <summary>Counts what waits no more.</summary>
    public void Dispose() => ForgetCounted();

    private async ValueTask<ReadResult> ReadInputAsync(CancellationToken cancellation)
    {
        if (input.TryRead(out ReadResult here))
            return here;
        ReadResult result = await input.ReadAsync(cancellation);
        await Task.Yield(); // A socket's completion may run on the thread that polls for all of them, which a long line must not hold up.
        return result;
    }

    /// <summary>The line that was handed out last is done with.</summary>
    private void GiveBack()
    {
        if (_taken is not { } taken)
            return;
        _taken = null;
        input.AdvanceTo(taken);
        ForgetCounted();
    }

    private ReceivedLine Take(in ReadOnlySequence<byte> bytes, SequencePosition end)
    {
        ReadOnlySequence<byte> line = bytes.Slice(0, end);
        LineOutcome outcome = _thrownAway ?? (line.Length > longest ? LineOutcome.TooLong : LineOutcome.Whole);
        Begin(bytes.GetPosition(1, end));
        return new ReceivedLine(outcome, outcome == LineOutcome.Whole ? line : default);
    }

    private ReceivedLine TakeRest(in ReadOnlySequence<byte> bytes)
    {
        LineOutcome outcome = _thrownAway ?? (bytes.IsEmpty ? LineOutcome.End : LineOutcome.NoEnd);
        Begin(bytes.End);
        return new ReceivedLine(outcome);
    }

    /// <summary>The next line begins at a place.</summary>
    private void Begin(SequencePosition place)
    {
        _taken = place;
        _thrownAway = null;
        _searched = 0;
    }

    /// <summary>The line goes on: keeps what is there of it, or throws that away.</summary>
    private void Wait(in ReadOnlySequence<byte> bytes)
    {
        if (_thrownAway is null && bytes.Length > longest)
            _thrownAway = LineOutcome.TooLong;
        else if (_thrownAway is null && !TryCount(bytes.Length))
            _thrownAway = LineOutcome.NoSpace;
        if (_thrownAway is null)
        {
            _searched = bytes.Length;
            input.AdvanceTo(bytes.Start, bytes.End);
            return;
        }

        _searched = 0;
        ForgetCounted();
        input.AdvanceTo(bytes.End);
    }

    private bool TryCount(long length)
    {
        long more = length - FreeBytes - _counted;
        if (more <= 0)
            return true;
        if (!budget.TryTake(more))
            return false;
        _counted += more;
        return true;
    }

    private void ForgetCounted()
    {
        budget.GiveBack(_counted);
        _counted = 0;
    }
}

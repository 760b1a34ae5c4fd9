using PaxosShard.Wire;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Core.Snapshots;

/// <summary>
/// The pieces of an import, taken in their order: counts them, and names the piece in each refusal. After a refusal, and after the last piece, nothing more is taken.
/// </summary>
/// <param name="name">What they are pieces of, for the texts of refusals.</param>
public sealed class PieceSequence(string name)
{
    private bool _isRefused;

    /// <summary>How many were taken.</summary>
    public long Taken { get; private set; }

    /// <summary>The last one was taken.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Takes the next piece.</summary>
    /// <param name="piece">A whole piece.</param>
    /// <param name="take">Takes what stands in it.</param>
    /// <returns>True: it was the last one.</returns>
    /// <exception cref="WireFormatException">It was refused; the message says which piece it was, and why.</exception>
    public bool Add(ReadOnlySpan<byte> piece, TakePiece take)
    {
        string refusal;
        try
        {
            RequireMore();
            IsComplete = take(piece);
            Taken++;
            return IsComplete;
        }
        catch (WireFormatException exception)
        {
            _isRefused = true;
            refusal = exception.Message;
        }

        throw new WireFormatException($"piece {Taken} of the {name}: {refusal}");
    }

    /// <summary>Reads what every piece begins with: its kind (1 byte) and its number (8 bytes).</summary>
    /// <param name="reader">Stands before it.</param>
    /// <returns>The kind.</returns>
    /// <exception cref="WireFormatException">It has another number than the next one.</exception>
    public byte ReadHeader(ref WireReader reader)
    {
        byte kind = reader.ReadByte();
        long number = reader.ReadNumber();
        if (number != Taken)
            throw new WireFormatException($"it has the number {number}");
        return kind;
    }

    private void RequireMore()
    {
        if (_isRefused)
            throw new WireFormatException("one before it was refused");
        if (IsComplete)
            throw new WireFormatException("the one before it was the last");
    }
}

/// <summary>Takes what stands in a piece.</summary>
/// <param name="piece">A whole piece; nothing of it is kept.</param>
/// <returns>True: it was the last one.</returns>
/// <exception cref="WireFormatException">It is not as it has to be; the message says where.</exception>
public delegate bool TakePiece(scoped ReadOnlySpan<byte> piece);

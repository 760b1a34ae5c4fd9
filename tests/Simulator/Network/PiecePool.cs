namespace PaxosShard.Simulator.Network;

/// <summary>Pieces that wait to be used again, so that a run allocates little.</summary>
internal sealed class PiecePool
{
    private const int Kept = 4096;
    private readonly Stack<Piece> _free = new();

    /// <summary>A piece with a copy of the bytes.</summary>
    public Piece Take(ReadOnlySpan<byte> bytes)
    {
        if (!_free.TryPop(out Piece? piece))
            piece = new Piece();
        if (piece.Buffer.Length < bytes.Length)
            piece.Buffer = new byte[Math.Max(256, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)bytes.Length))];
        bytes.CopyTo(piece.Buffer);
        piece.Length = bytes.Length;
        return piece;
    }

    /// <summary>Flips a bit of a piece.</summary>
    public static void Flip(Piece piece, int bit) => piece.Buffer[bit / 8] ^= (byte)(1 << (bit % 8));

    /// <summary>The end of a stream.</summary>
    public Piece EndOfStream()
    {
        Piece piece = Take([]);
        piece.Length = -1;
        return piece;
    }

    /// <summary>Takes a piece back.</summary>
    public void Return(Piece piece)
    {
        if (_free.Count < Kept && piece.Buffer.Length <= 64 * 1024)
            _free.Push(piece);
    }

    /// <summary>Takes all pieces of a queue back.</summary>
    public void Return(Queue<Piece> pieces)
    {
        while (pieces.TryDequeue(out Piece? piece))
            Return(piece);
    }
}

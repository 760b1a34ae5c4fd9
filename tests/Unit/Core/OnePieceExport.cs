using System.Buffers;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Wire;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>The export of a machine that is small enough for one piece.</summary>
/// <param name="piece">All of it, as it was when the export began.</param>
internal sealed class OnePieceExport(byte[] piece) : IMachineExport
{
    public long KeptBytes => IsOver ? 0 : piece.Length;

    public bool IsOver { get; private set; }

    public bool TryNext(IBufferWriter<byte> output, int wantedBytes)
    {
        if (IsOver)
            return false;
        output.Write(piece);
        IsOver = true;
        return true;
    }

    public void Cancel() => IsOver = true;
}

/// <summary>The import of a machine that is small enough for one piece.</summary>
/// <param name="take">Takes it into the machine.</param>
internal sealed class OnePieceImport(Action<byte[]> take) : IMachineImport
{
    private bool _isOver;

    public bool Add(ReadOnlySpan<byte> piece)
    {
        if (_isOver)
            throw new WireFormatException("there is one piece");
        _isOver = true;
        take(piece.ToArray());
        return true;
    }
}

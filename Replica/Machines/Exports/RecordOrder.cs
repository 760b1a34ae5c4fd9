using PaxosShard.Hashing;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Machines.Exports;

/// <summary>Sees to it that the records of an export stand where their names belong: so none is there twice.</summary>
internal sealed class RecordOrder
{
    private readonly byte[] _name = new byte[Math.Max(Limits.RoomName, Limits.KeyName)];
    private int _nameLength;
    private int _arc = -1;
    private RecordKind _kind;

    /// <summary>Goes on to the next record.</summary>
    /// <param name="arc">The arc that it names.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="name">Its name, not above the limit.</param>
    /// <param name="position">Where it stands in its piece.</param>
    /// <returns>False: it is of the same room or key as the one before.</returns>
    /// <exception cref="WireFormatException">Its name is not of that arc, or it belongs before the one before.</exception>
    public bool Advance(Arc arc, RecordKind kind, ReadOnlySpan<byte> name, int position)
    {
        if (arc != Arc.Of(name))
            throw new WireFormatException($"the record at {position} is not of arc {arc.Number}");
        int order = arc.Number - _arc;
        if (order == 0)
            order = (int)kind - (int)_kind;
        if (order == 0)
            order = name.SequenceCompareTo(_name.AsSpan(0, _nameLength));
        if (order < 0)
            throw new WireFormatException($"the record at {position} belongs before the one before it");
        _arc = arc.Number;
        _kind = kind;
        name.CopyTo(_name);
        _nameLength = name.Length;
        return order > 0;
    }
}

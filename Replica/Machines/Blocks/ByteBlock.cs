using System.Buffers.Binary;

namespace PaxosShard.Replica.Machines.Blocks;

/// <summary>A block of a <see cref="ByteStore"/>, cut into places of one length. The free ones are chained through themselves.</summary>
internal sealed class ByteBlock
{
    private const int None = -1;

    private int _firstFree = None;
    private int _cut;

    /// <summary>A block of which no place is taken.</summary>
    /// <param name="number">Its number in the store.</param>
    /// <param name="bytes">Its bytes, whatever is in them.</param>
    /// <param name="placeLength">Bytes of each place, at least 4.</param>
    public ByteBlock(int number, byte[] bytes, int placeLength)
    {
        Number = number;
        Bytes = bytes;
        PlaceLength = placeLength;
        Node = new LinkedListNode<ByteBlock>(this);
    }

    /// <summary>Its number in the store.</summary>
    public int Number { get; }

    /// <summary>Its bytes.</summary>
    public byte[] Bytes { get; }

    /// <summary>Bytes of each place.</summary>
    public int PlaceLength { get; }

    /// <summary>Places that are taken.</summary>
    public int Used { get; private set; }

    /// <summary>Its place among the blocks with space.</summary>
    public LinkedListNode<ByteBlock> Node { get; }

    /// <summary>Every place is taken.</summary>
    public bool IsFull => _firstFree == None && _cut + PlaceLength > Bytes.Length;

    /// <summary>Takes a place, of which there is one.</summary>
    /// <returns>Where it begins.</returns>
    public int Take()
    {
        Used++;
        int place = _firstFree;
        if (place != None)
        {
            _firstFree = BinaryPrimitives.ReadInt32LittleEndian(Bytes.AsSpan(place));
            return place;
        }

        place = _cut;
        _cut += PlaceLength;
        return place;
    }

    /// <summary>Gives a place back.</summary>
    public void Free(int place)
    {
        Used--;
        BinaryPrimitives.WriteInt32LittleEndian(Bytes.AsSpan(place), _firstFree);
        _firstFree = place;
    }
}

using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>
/// What one frame carries, but for a client's request and the reply to it, which are structs (<see cref="FrameContent"/>). One sealed
/// record per kind, one file each; the record is immutable and owns its memory, so it may be kept after the receive buffer is gone.
/// </summary>
public abstract record Message
{
    /// <summary>The letter of the frame.</summary>
    public abstract MessageKind Kind { get; }

    /// <summary>Bytes that <see cref="Write"/> writes.</summary>
    internal abstract int Size { get; }

    /// <summary>Writes the body of the frame; the static Read beside it reads the same fields in the same order.</summary>
    internal abstract void Write(ref WireWriter writer);
}

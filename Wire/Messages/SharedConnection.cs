using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>
/// M, replica → replica: several groups whose replicas run in the same two processes may share a connection. The one that was called says it behind the hellos, on the connection of the group; the one that called says it
/// again on another connection to the same process, before the first frame of that group there.
/// </summary>
/// <param name="Process">Drawn when the process was started that was called.</param>
/// <param name="Ticket">Stands for these hellos; the process gives no other ones the same.</param>
/// <remarks>Layout: process (8), ticket (8).</remarks>
public sealed record SharedConnection(ulong Process, ulong Ticket) : Message
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.SharedConnection;

    internal override int Size => 2 * sizeof(ulong);

    internal static SharedConnection Read(ref WireReader reader) => new(reader.ReadUInt64(), reader.ReadUInt64());

    internal override void Write(ref WireWriter writer)
    {
        writer.WriteUInt64(Process);
        writer.WriteUInt64(Ticket);
    }
}

using System.Buffers;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Exports;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Tests.Unit.Machines.Exports;

/// <summary>The pieces of exports: takes them, gives them to an import, and reads them without it.</summary>
internal static class ExportPieces
{
    /// <summary>The next piece; null when the export is over.</summary>
    public static byte[]? Next(ShardMachineExport export, int wantedBytes)
    {
        ArrayBufferWriter<byte> output = new();
        return export.TryNext(output, wantedBytes) ? output.WrittenSpan.ToArray() : null;
    }

    /// <summary>All pieces, in which nothing has changed in between.</summary>
    /// <param name="machine">What is exported.</param>
    /// <param name="wantedBytes">The lengths that are wanted one after the other; the last one for all further pieces.</param>
    public static List<byte[]> Of(ShardMachine machine, params ReadOnlySpan<int> wantedBytes)
    {
        ShardMachineExport export = machine.BeginExport(new Slot(7));
        List<byte[]> pieces = [];
        while (Next(export, wantedBytes[Math.Min(pieces.Count, wantedBytes.Length - 1)]) is { } piece)
            pieces.Add(piece);
        return pieces;
    }

    /// <summary>Gives pieces to a machine that has run nothing; not more than it takes without a refusal.</summary>
    public static ShardMachineImport Import(ShardMachine machine, List<byte[]> pieces)
    {
        ShardMachineImport import = machine.BeginImport();
        foreach (byte[] piece in pieces)
            Assert.That(import.Add(piece), Is.EqualTo(import.IsComplete));
        return import;
    }

    /// <summary>The pieces in hexadecimal: NUnit compares texts at once, but arrays byte by byte, each as an object.</summary>
    public static List<string> Texts(List<byte[]> pieces) => [.. pieces.Select(static piece => Convert.ToHexString(piece))];

    /// <summary>What the pieces hold, in the order in which it stands there; lines as those of <see cref="NaiveShard"/>.</summary>
    public static List<string> Lines(List<byte[]> pieces)
    {
        List<string> lines = [];
        foreach (byte[] piece in pieces)
        {
            WireReader reader = new(piece);
            PieceKind kind = (PieceKind)reader.ReadByte();
            reader.ReadInt64();
            if (kind == PieceKind.Records)
                AddLines(lines, ref reader);
        }

        return lines;
    }

    /// <summary>What a machine answers to queries for everything, and its hashes.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="rooms">The names of its rooms.</param>
    public static List<string> Answers(ShardMachine machine, string[] rooms)
    {
        byte[][] queries =
        [
            new ListKeysQuery(default, default, 1000).Encode(),
            new ListRoomsQuery("", 1000).Encode(),
            .. rooms.Select(static room => new ReadHistoryQuery(room, -1000, 1000).Encode()),
        ];
        return
        [
            .. queries.Select(query => Convert.ToHexString(machine.Read(query).Payload.ToArray())),
            .. Enumerable.Range(0, Arc.Count).Where(arc => machine.Arcs[new Arc(arc)] != 0).Select(arc => $"{arc} {machine.Arcs[new Arc(arc)]:x16}"),
            $"{machine.Hash:x16} {machine.StateBytes}",
        ];
    }

    private static void AddLines(List<string> lines, ref WireReader reader)
    {
        while (true)
        {
            switch ((RecordKind)reader.ReadByte())
            {
                case RecordKind.RoomPart:
                    string room = $"{reader.ReadUInt16()} room {Hex(ref reader)}";
                    long first = reader.ReadInt64();
                    long end = first + reader.ReadInt32();
                    if (first == end)
                        lines.Add($"{room} {first} none");
                    for (long number = first; number < end; number++)
                        lines.Add($"{room} {number} {reader.ReadInt64()} {reader.ReadInt64()} {Hex(ref reader)} {Hex(ref reader)}");
                    break;
                case RecordKind.Key:
                    lines.Add($"{reader.ReadUInt16()} key {Hex(ref reader)} 0 {Hex(ref reader)}");
                    break;
                default:
                    return;
            }
        }
    }

    private static string Hex(ref WireReader reader) => Convert.ToHexString(reader.ReadSpan(int.MaxValue));
}

using System.Buffers;
using System.Buffers.Binary;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Core.Snapshots;

/// <summary>The pieces of exports: takes them, gives them to an import, and makes forged ones whole.</summary>
internal static class StatePieces
{
    /// <summary>A group with these bounds.</summary>
    public static GroupOptions Options(int sessions = 100, int window = 16) =>
        new() { ReplicaCount = 3, Self = new ReplicaId(0), Sessions = sessions, SessionWindow = window };

    /// <summary>The next piece; null when the export is over.</summary>
    public static byte[]? Next(StateExport export, int wantedBytes)
    {
        ArrayBufferWriter<byte> output = new();
        bool isThere = export.TryNext(output, wantedBytes, out bool isLast);
        Assert.That(isLast, Is.EqualTo(isThere && export.IsOver));
        return isThere ? output.WrittenSpan.ToArray() : null;
    }

    /// <summary>All pieces, in which nothing has changed in between.</summary>
    /// <param name="state">What is exported.</param>
    /// <param name="wantedBytes">The lengths that are wanted one after the other; the last one for all further pieces.</param>
    public static List<byte[]> Of(ReplicatedState state, params ReadOnlySpan<int> wantedBytes)
    {
        StateExport export = new(state);
        List<byte[]> pieces = [];
        while (Next(export, wantedBytes[Math.Min(pieces.Count, wantedBytes.Length - 1)]) is { } piece)
            pieces.Add(piece);
        return pieces;
    }

    /// <summary>Gives pieces to a machine that has run nothing; not more than it takes without a refusal.</summary>
    public static StateImport Import(GroupOptions options, IStateMachine machine, List<byte[]> pieces)
    {
        StateImport import = new(options, machine);
        foreach (byte[] piece in pieces)
            Assert.That(import.Add(piece), Is.EqualTo(import.IsComplete));
        return import;
    }

    /// <summary>Something short for each piece that differs when the pieces do.</summary>
    public static List<string> Hashes(List<byte[]> pieces) => pieces.ConvertAll(static piece => $"{piece.Length} bytes {StableHash64.Of(piece):x16}");

    /// <summary>The same pieces as if the state had been executed by other rules: those of golden bytes are older than this build.</summary>
    public static List<byte[]> WithRules(ulong rules, List<byte[]> pieces)
    {
        byte[] head = [.. pieces[0]];
        BinaryPrimitives.WriteUInt64BigEndian(head.AsSpan(head.Length - StateFormat.ChecksumSize - sizeof(ulong)), rules);
        return Sealed([head, .. pieces[1..]]);
    }

    /// <summary>The same pieces with checksums as they have to be.</summary>
    public static List<byte[]> Sealed(List<byte[]> pieces)
    {
        List<byte[]> whole = [];
        ulong checksum = 0;
        foreach (byte[] piece in pieces)
        {
            byte[] copy = [.. piece];
            checksum = StableHash64.Of(copy.AsSpan(..^StateFormat.ChecksumSize), checksum);
            BinaryPrimitives.WriteUInt64BigEndian(copy.AsSpan(copy.Length - StateFormat.ChecksumSize), checksum);
            whole.Add(copy);
        }

        return whole;
    }
}

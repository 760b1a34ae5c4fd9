namespace PaxosShard.Simulator.Disk;

/// <summary>What a power failure does to a block that was written and not synced.</summary>
internal static class PowerLoss
{
    /// <summary>Half of them are kept whole; the others are lost (always, when the random number is 1), torn at some byte, zeroed, or garbage.</summary>
    public static void Meet(Func<ulong> random, byte[] written, Action<byte[]> keep, byte[] before)
    {
        switch (random() % 8)
        {
            case 0 or 2 or 4 or 6:
                keep(written);
                break;
            case 1:
                break;
            case 3:
                int torn = 1 + (int)(random() % (SimulatedDisk.BlockBytes - 1));
                keep([.. written.AsSpan(0, torn), .. before.AsSpan(torn)]);
                break;
            case 5:
                keep(new byte[written.Length]);
                break;
            default:
                keep(Garbage(random, written.Length));
                break;
        }
    }

    private static byte[] Garbage(Func<ulong> random, int length)
    {
        byte[] bytes = new byte[length];
        for (int index = 0; index < length; index += sizeof(ulong))
            BitConverter.TryWriteBytes(bytes.AsSpan(index), random());
        return bytes;
    }
}

using System.Text;
using PaxosShard.Wire.Text;

namespace PaxosShard.Programs;

/// <summary>
/// Standard error, by the descriptor alone: the runtime's own needs a further descriptor, and so says nothing just when there is none left.
/// </summary>
public static unsafe class StandardError
{
    /// <summary>Writes a line, with nothing in it that a terminal would obey. What cannot be written has nobody to read it.</summary>
    public static void WriteLine(string line)
    {
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(TextEscaping.Show(line) + "\n");
        while (!rest.IsEmpty)
        {
            nint count;
            fixed (byte* start = rest)
                count = NativeMethods.Write(Descriptor.Error, start, rest.Length);
            if (count <= 0)
                return;
            rest = rest[(int)count..];
        }
    }
}

using System.Text;
using PaxosShard.ChatClient.App.Posix;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Terminal;

/// <summary>
/// The terminal of this process: every byte comes as it is typed, and what it was set to before is set again in the end, however
/// the program ends. Only one task writes to it.
/// </summary>
internal sealed unsafe class RawTerminal : IDisposable
{
    private const int SettingsSize = 256; // Larger than the structure of any system.
    private const int AfterOutput = 1;
    private const nuint AskWindowSize = 0x5413;
    private const string PasteOn = "\u001b[?2004h";
    private const string PasteOff = "\u001b[?2004l";

    private readonly Lock _gate = new();
    private readonly byte[] _before = new byte[SettingsSize];
    private readonly bool _isRaw;
    private bool _isEntered;

    /// <summary>Takes the terminal over.</summary>
    /// <param name="isRaw">False for a terminal that understands nothing: it keeps its settings and its line editing.</param>
    /// <exception cref="ReportedException">It cannot be set.</exception>
    public RawTerminal(bool isRaw)
    {
        _isRaw = isRaw;
        if (!isRaw)
            return;
        fixed (byte* settings = _before)
        {
            if (NativeMethods.GetTerminalSettings(Descriptor.Input, settings) != 0)
                throw new ReportedException(ErrorKinds.NoTerminal, "its settings cannot be read");
        }
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        Enter();
    }

    /// <summary>Sets it to raw, again after <see cref="Leave"/>.</summary>
    /// <exception cref="ReportedException">It cannot be set.</exception>
    public void Enter()
    {
        if (!_isRaw)
            return;
        lock (_gate)
        {
            byte[] raw = [.. _before];
            fixed (byte* settings = raw)
            {
                NativeMethods.MakeRaw(settings);
                if (NativeMethods.SetTerminalSettings(Descriptor.Input, AfterOutput, settings) != 0)
                    throw new ReportedException(ErrorKinds.NoTerminal, "its settings cannot be changed");
            }
            _isEntered = true;
            Write(PasteOn);
        }
    }

    /// <summary>Sets it to what it was. Doing it twice is the same as doing it once.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            if (!_isEntered)
                return;
            _isEntered = false;
            try
            {
                Write(PasteOff);
            }
            catch (Exception exception) when (exception is IOException or OutputClosedException)
            {
                // The terminal is gone; there is nothing to restore on it.
            }
            fixed (byte* settings = _before)
                _ = NativeMethods.SetTerminalSettings(Descriptor.Input, AfterOutput, settings);
        }
    }

    /// <summary>Its size; 80 by 24 when it does not say.</summary>
    public static (int Columns, int Rows) Size()
    {
        byte* size = stackalloc byte[8];
        if (NativeMethods.Control(Descriptor.Output, AskWindowSize, size) != 0)
            return (80, 24);
        ReadOnlySpan<byte> words = new(size, 8);
        ushort rows = BitConverter.ToUInt16(words);
        ushort columns = BitConverter.ToUInt16(words[2..]);
        return columns == 0 || rows == 0 ? (80, 24) : (columns, rows);
    }

    /// <summary>Writes.</summary>
    public static void Write(string text) => Descriptor.Write(Descriptor.Output, Encoding.UTF8.GetBytes(text));

    /// <inheritdoc/>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        Leave();
    }

    private void OnExit(object? sender, EventArgs arguments) => Leave();
}

using System.Buffers;
using System.Text;

namespace PaxosShard.ChatClient.App.Terminal;

/// <summary>
/// Turns the bytes of a terminal into keys. Bytes may come cut anywhere, within a character or a sequence too. Pure; holds at most
/// one character, one sequence of <see cref="SequenceMax"/> bytes or one paste of <see cref="PasteMax"/> bytes.
/// </summary>
internal sealed class KeyDecoder
{
    /// <summary>Longest sequence that is understood; a longer one is dropped.</summary>
    public const int SequenceMax = 32;

    /// <summary>Most bytes of one paste, well above the longest message; what is longer loses its end, and the editor says so.</summary>
    public const int PasteMax = 128 * 1024;

    private static readonly byte[] _pasteEnd = [0x1b, (byte)'[', (byte)'2', (byte)'0', (byte)'1', (byte)'~'];

    private readonly List<byte> _character = [];
    private readonly StringBuilder _parameters = new();
    private readonly List<byte> _paste = [];
    private int _pasteEndMatched;
    private State _state = State.Ground;

    private enum State
    {
        Ground,
        Escape,
        Sequence,
        SingleShift,
        Paste,
    }

    /// <summary>An ESC came and nothing behind it yet: either the key, or the start of a sequence. Who waits long enough calls <see cref="EndEscape"/>.</summary>
    public bool IsInEscape => _state is State.Escape;

    /// <summary>Takes bytes; adds what they mean.</summary>
    public void Decode(ReadOnlySpan<byte> bytes, List<Key> keys)
    {
        foreach (byte value in bytes)
            Decode(value, keys);
    }

    /// <summary>Nothing came behind the ESC: it was the key alone. A sequence that is further on waits for its end.</summary>
    public void EndEscape() => _state = IsInEscape ? State.Ground : _state;

    private void Decode(byte value, List<Key> keys)
    {
        switch (_state)
        {
            case State.Ground:
                OnGround(value, keys);
                break;
            case State.Escape:
                OnEscape(value, keys);
                break;
            case State.Sequence:
                OnSequence(value, keys);
                break;
            case State.SingleShift:
                _state = State.Ground;
                Add(keys, KeyTables.OfSequence("", (char)value));
                break;
            case State.Paste:
                OnPaste(value, keys);
                break;
        }
    }

    private void OnGround(byte value, List<Key> keys)
    {
        if (value is >= 32 and not 127)
        {
            OnCharacter(value, keys);
            return;
        }
        DropCharacter(keys);
        if (value == 0x1b)
            _state = State.Escape;
        else
            Add(keys, KeyTables.OfControl(value));
    }

    private void OnCharacter(byte value, List<Key> keys)
    {
        bool continues = (value & 0xc0) == 0x80;
        if (!continues)
            DropCharacter(keys);
        _character.Add(value);
        byte[] bytes = [.. _character];
        OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out _);
        if (status == OperationStatus.NeedMoreData)
            return;
        _character.Clear();
        keys.Add(new Key(KeyKind.Text, status == OperationStatus.Done ? rune.ToString() : Rune.ReplacementChar.ToString()));
    }

    // A character that was begun and not ended is shown as such: nothing that was typed disappears in silence.
    private void DropCharacter(List<Key> keys)
    {
        if (_character.Count == 0)
            return;
        _character.Clear();
        keys.Add(new Key(KeyKind.Text, Rune.ReplacementChar.ToString()));
    }

    private void OnEscape(byte value, List<Key> keys)
    {
        switch (value)
        {
            case (byte)'[':
                _parameters.Clear();
                _state = State.Sequence;
                break;
            case (byte)'O':
                _state = State.SingleShift;
                break;
            case 0x1b:
                break;
            default:
                _state = State.Ground;
                Add(keys, KeyTables.OfAlt(value));
                break;
        }
    }

    private void OnSequence(byte value, List<Key> keys)
    {
        if (value is >= 0x20 and < 0x40)
        {
            if (_parameters.Length < SequenceMax)
                _parameters.Append((char)value);
            return;
        }
        _state = State.Ground;
        string parameters = _parameters.ToString();
        if (value == 0x1b)
            _state = State.Escape;
        else if (value == '~' && parameters is "200")
            _state = State.Paste;
        else if (value is >= 0x40 and < 0x7f)
            Add(keys, KeyTables.OfSequence(parameters, (char)value));
    }

    private void OnPaste(byte value, List<Key> keys)
    {
        if (value != _pasteEnd[_pasteEndMatched])
        {
            Keep(_pasteEnd.AsSpan(0, _pasteEndMatched));
            _pasteEndMatched = 0;
        }
        if (value != _pasteEnd[_pasteEndMatched])
        {
            Keep([value]);
            return;
        }
        if (++_pasteEndMatched < _pasteEnd.Length)
            return;
        string text = Encoding.UTF8.GetString([.. _paste]).ReplaceLineEndings("\n");
        _paste.Clear();
        _pasteEndMatched = 0;
        _state = State.Ground;
        keys.Add(new Key(KeyKind.Paste, text));
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_paste.Count + bytes.Length <= PasteMax)
            _paste.AddRange(bytes);
    }

    private static void Add(List<Key> keys, KeyKind kind)
    {
        if (kind != KeyKind.Other)
            keys.Add(new Key(kind));
    }
}

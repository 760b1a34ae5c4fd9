namespace PaxosShard.Simulator.Checks.Linearizability;

/// <summary>Which text has which number in a room, as far as anybody was told.</summary>
internal sealed class RoomNumbering
{
    private readonly Dictionary<long, long> _textOf = [];
    private readonly Dictionary<long, long> _numberOf = [];
    private readonly HashSet<long> _sent = [];
    private long _last;
    private long _unnumbered;

    /// <summary>Takes in what an operation tells; a sentence when that contradicts what is known.</summary>
    public string? Learn(RoomOperation operation)
    {
        if (operation is SendOperation send)
        {
            if (!_sent.Add(send.Text))
                return $"text {send.Text} was sent by two operations: the test is wrong";
            return send.IsUnknown ? null : Learn(send.Number, send.Text);
        }

        ReadOperation read = (ReadOperation)operation;
        _last = Math.Max(_last, read.Last);
        for (int index = 0; index < read.Texts.Count; index++)
        {
            if (read.First + index > read.Last)
                return $"{read} shows a message behind the last one";
            if (Learn(read.First + index, read.Texts[index]) is { } conflict)
                return conflict;
        }

        return null;
    }

    /// <summary>Finds numbers and texts that nobody can have sent.</summary>
    public string? FindImpossible(IReadOnlyList<RoomOperation> operations)
    {
        foreach (long text in _numberOf.Keys)
        {
            if (!_sent.Contains(text))
                return $"text {text} was never sent";
        }

        foreach (RoomOperation operation in operations)
        {
            if (operation is SendOperation { IsUnknown: true } send && !_numberOf.ContainsKey(send.Text))
                _unnumbered++;
        }

        long missing = _last - _textOf.Count;
        return missing > _unnumbered
            ? $"{_last} messages are there, {missing} of them never shown, but only {_unnumbered} messages are open"
            : null;
    }

    /// <summary>Twice the place in the room's order, one more for a read; -1 when it has none.</summary>
    public long PlaceOf(RoomOperation operation)
    {
        if (operation is ReadOperation read)
            return (2 * read.Last) + 1;
        SendOperation send = (SendOperation)operation;
        return _numberOf.TryGetValue(send.Text, out long number) ? 2 * number : -1;
    }

    private string? Learn(long number, long text)
    {
        if (number < 1)
            return $"text {text} has the number {number}";
        if (_textOf.TryGetValue(number, out long other) && other != text)
            return $"number {number} is both text {other} and text {text}";
        if (_numberOf.TryGetValue(text, out long elsewhere) && elsewhere != number)
            return $"text {text} has both number {elsewhere} and number {number}";
        _textOf[number] = text;
        _numberOf[text] = number;
        _last = Math.Max(_last, number);
        return null;
    }
}

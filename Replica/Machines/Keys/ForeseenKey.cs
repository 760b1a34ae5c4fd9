using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Machines.Keys;

/// <summary>
/// A key as it will be once some commands that wait in its queue have run, with what each of them is answered (ordered rule M6): what <see cref="KeySpace"/> does, for one key and on a copy. Space is reserved for such
/// commands, so that nothing but the commands themselves and the value decides.
/// </summary>
/// <param name="isThere">The key is there now.</param>
/// <param name="value">Its value then.</param>
internal ref struct ForeseenKey(bool isThere, ReadOnlySpan<byte> value)
{
    private static readonly byte[] _done = KeyResult.Encode(KeyOutcome.Done, []);
    private static readonly byte[] _missing = KeyResult.Encode(KeyOutcome.Missing, []);

    private bool _isThere = isThere;
    private ReadOnlySpan<byte> _value = value;

    /// <summary>Runs the next command on the copy.</summary>
    /// <param name="bytes">The whole command.</param>
    public CommandResult Apply(ReadOnlyMemory<byte> bytes)
    {
        if (!KeyCommand.TryRead(bytes, out KeyCommand command))
            return (CommandKind)bytes.Span[0] == CommandKind.GetKey ? Queries.Malformed : new CommandResult(ReplyStatus.Malformed, Reasons.UnknownCommand);
        if (KeyRules.Violation(in command) is { } rule)
            return new CommandResult(ReplyStatus.Rejected, Reasons.OfKeyRule(rule));
        switch (command.Kind)
        {
            case CommandKind.GetKey:
                return Ok(_isThere ? KeyResult.Encode(KeyOutcome.Done, _value) : _missing);
            case CommandKind.DeleteKey:
                return Ok(Delete() ? _done : _missing);
            case CommandKind.AppendToKey:
                return Append(command.Value.Span);
            case CommandKind.CompareAndSetKey:
                return CompareAndSet(in command);
            default:
                return Put(command.Value.Span);
        }
    }

    private static CommandResult Ok(byte[] payload) => new(ReplyStatus.Ok, payload);

    private bool Delete()
    {
        bool wasThere = _isThere;
        _isThere = false;
        _value = default;
        return wasThere;
    }

    private CommandResult Put(ReadOnlySpan<byte> bytes)
    {
        _isThere = true;
        _value = bytes;
        return Ok(_done);
    }

    private CommandResult Append(ReadOnlySpan<byte> more)
    {
        if (_value.Length + more.Length > Limits.Value)
            return new CommandResult(ReplyStatus.Rejected, Reasons.ValueTooLong);
        byte[] longer = [.. _value, .. more];
        return Put(longer);
    }

    private CommandResult CompareAndSet(in KeyCommand command)
    {
        if (!_isThere && command.Expected is not null)
            return Ok(_missing);
        if (_isThere && (command.Expected is not { } expected || !expected.Span.SequenceEqual(_value)))
            return Ok(KeyResult.Encode(KeyOutcome.Mismatch, _value));
        return Put(command.Value.Span);
    }
}

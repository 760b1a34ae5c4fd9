using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Machines.Keys;

/// <summary>
/// A key as it will be once some commands that wait in its queue have run, with what each of them is answered (ordered rule M6): what <see cref="KeySpace"/> does, for one key and on a copy. Space is reserved for such
/// commands, so that nothing but the commands themselves and the value decides.
/// </summary>
/// <param name="value">The value now; null when the key is not there.</param>
internal sealed class ForeseenKey(byte[]? value)
{
    private static readonly byte[] _done = KeyResult.Encode(KeyOutcome.Done, []);
    private static readonly byte[] _missing = KeyResult.Encode(KeyOutcome.Missing, []);

    private byte[]? _value = value;

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
                return Ok(_value is null ? _missing : KeyResult.Encode(KeyOutcome.Done, _value));
            case CommandKind.DeleteKey:
                return Ok(Delete() ? _done : _missing);
            case CommandKind.AppendToKey:
                return Append(command.Value.Span);
            case CommandKind.CompareAndSetKey:
                return CompareAndSet(in command);
            default:
                _value = command.Value.ToArray();
                return Ok(_done);
        }
    }

    private static CommandResult Ok(byte[] payload) => new(ReplyStatus.Ok, payload);

    private bool Delete()
    {
        bool wasThere = _value is not null;
        _value = null;
        return wasThere;
    }

    private CommandResult Append(ReadOnlySpan<byte> more)
    {
        byte[] before = _value ?? [];
        if (before.Length + more.Length > Limits.Value)
            return new CommandResult(ReplyStatus.Rejected, Reasons.ValueTooLong);
        _value = [.. before, .. more];
        return Ok(_done);
    }

    private CommandResult CompareAndSet(in KeyCommand command)
    {
        if (_value is null && command.Expected is not null)
            return Ok(_missing);
        if (_value is not null && (command.Expected is not { } expected || !expected.Span.SequenceEqual(_value)))
            return Ok(KeyResult.Encode(KeyOutcome.Mismatch, _value));
        _value = command.Value.ToArray();
        return Ok(_done);
    }
}

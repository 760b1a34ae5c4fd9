using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines.Arcs;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Machines.Keys;

/// <summary>
/// What the commands on keys do, and the rules that keys and values have to keep. A refusal for good is a result like any other (rule 9).
/// </summary>
/// <param name="hasSpaceFor">The state may become larger by so many bytes, as <see cref="KeyTable.Bytes"/> counts them.</param>
/// <param name="arcs">Told of every change.</param>
internal sealed class KeySpace(Func<long, bool> hasSpaceFor, ArcHashes arcs)
{
    /// <summary>Most keys in one page of them.</summary>
    public const int KeysPerReply = 4096;

    /// <summary>Most bytes of one page of keys.</summary>
    public const int BytesPerReply = 256 * 1024;

    private static readonly byte[] _done = KeyResult.Encode(KeyOutcome.Done, []);
    private static readonly byte[] _missing = KeyResult.Encode(KeyOutcome.Missing, []);

    private readonly KeyTable _keys = new(arcs);

    /// <summary>The keys.</summary>
    public KeyTable Keys => _keys;

    /// <summary>Runs a command that changes a key.</summary>
    public CommandResult Apply(in KeyCommand command)
    {
        if (KeyRules.Violation(in command) is { } rule)
            return Rejected(Reasons.OfKeyRule(rule));
        return command.Kind switch
        {
            CommandKind.DeleteKey => Ok(_keys.Delete(command.Key.Span) ? _done : _missing),
            CommandKind.AppendToKey => Append(in command),
            CommandKind.CompareAndSetKey => CompareAndSet(in command),
            _ => Put(in command),
        };
    }

    /// <summary>Reads a key; anything else is malformed.</summary>
    /// <param name="query">The whole query.</param>
    public CommandResult Get(ReadOnlySpan<byte> query)
    {
        if (!KeyCommand.TryRead(query.ToArray(), out KeyCommand command) || command.Kind != CommandKind.GetKey)
            return Queries.Malformed;
        if (KeyRules.Violation(in command) is { } rule)
            return Rejected(Reasons.OfKeyRule(rule));
        return Ok(_keys.TryGet(command.Key.Span, out ReadOnlySpan<byte> value) ? KeyResult.Encode(KeyOutcome.Done, value) : _missing);
    }

    /// <summary>A page of keys.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="isServed">The arcs whose keys are listed; null: all.</param>
    public CommandResult List(ListKeysQuery query, Predicate<Arc>? isServed)
    {
        List<KeySummary> page = [];
        int bytes = ListKeysResult.HeaderSize;
        bool hasMore = false;
        foreach (KeyPlace place in _keys.From(query.Prefix, query.After))
        {
            ReadOnlySpan<byte> key = _keys.NameOf(place);
            if (isServed?.Invoke(Arc.Of(key)) == false)
                continue;
            bytes += ListKeysResult.SizeOfKey(key.Length);
            hasMore = page.Count >= Math.Min(query.MaximumCount, KeysPerReply) || bytes > BytesPerReply;
            if (hasMore)
                break;
            page.Add(new KeySummary(key.ToArray(), place.ValueLength));
        }

        return Ok(new ListKeysResult(hasMore, page).Encode());
    }

    private static CommandResult Ok(byte[] payload) => new(ReplyStatus.Ok, payload);

    private static CommandResult Rejected(byte[] reason) => new(ReplyStatus.Rejected, reason);

    private CommandResult Put(in KeyCommand command)
    {
        int more = _keys.TryGet(command.Key.Span, out ReadOnlySpan<byte> before) ? command.Value.Length - before.Length : SizeOf(in command);
        if (!hasSpaceFor(more))
            return Rejected(Reasons.StateFull);
        _keys.Put(command.Key.Span, command.Value.Span);
        return Ok(_done);
    }

    private CommandResult Append(in KeyCommand command)
    {
        bool isThere = _keys.TryGet(command.Key.Span, out ReadOnlySpan<byte> before);
        if (before.Length + command.Value.Length > Limits.Value)
            return Rejected(Reasons.ValueTooLong);
        if (!hasSpaceFor(isThere ? command.Value.Length : SizeOf(in command)))
            return Rejected(Reasons.StateFull);
        _keys.Append(command.Key.Span, command.Value.Span);
        return Ok(_done);
    }

    private CommandResult CompareAndSet(in KeyCommand command)
    {
        bool isThere = _keys.TryGet(command.Key.Span, out ReadOnlySpan<byte> found);
        if (!isThere && command.Expected is not null)
            return Ok(_missing);
        if (isThere && (command.Expected is not { } expected || !found.SequenceEqual(expected.Span)))
            return Ok(KeyResult.Encode(KeyOutcome.Mismatch, found));
        return Put(in command);
    }

    private static int SizeOf(in KeyCommand command) => command.Key.Length + command.Value.Length + KeyTable.BytesPerKey;
}

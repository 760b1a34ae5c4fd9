using System.Runtime.CompilerServices;
using PaxosShard.Client.Links;
using PaxosShard.Client.Listing;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Client;

/// <summary>
/// The keys of a group, or of all groups of a cluster with masters, with their values, both any bytes: a key has 1 byte to 1 KiB, a value at most 1 MiB. Safe from any thread. Reads are linearizable
/// (rule 8). Changes take effect exactly once, whatever fails on the way, and those of one key in the order of the calls (rule 9).
/// </summary>
/// <remarks>
/// Calls may overlap; between two keys they have no order. Keys and values are copied before a call returns its task. Every change ends like
/// <see cref="ChatLogClient.SendAsync"/>: with its result, a <see cref="RejectedException"/>, a <see cref="NotAppliedException"/> or an
/// <see cref="OutcomeUnknownException"/>; every read with its answer, a <see cref="RejectedException"/> or a <see cref="NotAppliedException"/>.
/// </remarks>
public sealed class KeyClient
{
    private readonly GroupLink _link;
    private readonly ClusterLists _lists;

    internal KeyClient(GroupLink link)
    {
        _link = link;
        _lists = new ClusterLists(link);
    }

    /// <summary>The value of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null when the key is not there.</returns>
    /// <exception cref="RejectedException">A rule for keys says no.</exception>
    /// <exception cref="NotAppliedException">No answer in time; a read changes nothing.</exception>
    public async Task<ReadOnlyMemory<byte>?> GetAsync(ReadOnlyMemory<byte> key, CancellationToken cancellation)
    {
        KeyResult result = await ExecuteAsync(KeyCommand.Get(key), cancellation);
        if (result.Outcome == KeyOutcome.Done)
            return result.Value;
        return null; // Within a conditional expression it would become an empty value.
    }

    /// <summary>Stores a value, whatever was there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">What is stored.</param>
    /// <param name="cancellation">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <exception cref="RejectedException">A rule says no: a length, or the group has no space for more.</exception>
    public Task PutAsync(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellation) =>
        ExecuteAsync(KeyCommand.Put(key, value), cancellation);

    /// <summary>Takes a key away.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellation">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="RejectedException">A rule for keys says no.</exception>
    public async Task<bool> DeleteAsync(ReadOnlyMemory<byte> key, CancellationToken cancellation) =>
        (await ExecuteAsync(KeyCommand.Delete(key), cancellation)).Outcome == KeyOutcome.Done;

    /// <summary>Puts bytes behind what is there; a key that is not there begins with them.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">What is put behind it.</param>
    /// <param name="cancellation">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <exception cref="RejectedException">A rule says no: a length, also that of the whole, or the group has no space for more.</exception>
    public Task AppendAsync(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellation) =>
        ExecuteAsync(KeyCommand.Append(key, value), cancellation);

    /// <summary>Stores a value if what is there is what is expected; else nothing changes.</summary>
    /// <param name="key">The key.</param>
    /// <param name="expected">
    /// What has to be there; null: nothing may be there. The null of an array becomes an empty value on its way to this type, not this null.
    /// </param>
    /// <param name="value">What is stored.</param>
    /// <param name="cancellation">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <returns>Done; missing: the key is not there, and something was expected; or a mismatch, with the value that is there.</returns>
    /// <exception cref="RejectedException">A rule says no: a length, or the group has no space for more.</exception>
    public Task<KeyResult> CompareAndSetAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? expected, ReadOnlyMemory<byte> value, CancellationToken cancellation) =>
        ExecuteAsync(KeyCommand.CompareAndSet(key, expected, value), cancellation);

    /// <summary>Does what a command says; each of the methods above is one of them.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellation">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <exception cref="RejectedException">A rule says no.</exception>
    public Task<KeyResult> ExecuteAsync(KeyCommand command, CancellationToken cancellation)
    {
        if (KeyRules.Violation(command) is { } violation)
            return Task.FromException<KeyResult>(new RejectedException(violation));
        return command.Kind == CommandKind.GetKey
            ? _link.QueryAsync(command.Encode(), KeyResult.Decode, cancellation)
            : _link.SendAsync(command, command.Size, static (place, command) => command.Write(place), KeyResult.Decode, cancellation);
    }

    /// <summary>A page of the keys that begin with a prefix, with the lengths of their values, by their bytes; linearizable in each group (rule 8).</summary>
    /// <param name="prefix">What they begin with; empty: all keys.</param>
    /// <param name="after">Only keys behind this one, whether it is there or not; empty: from the first on.</param>
    /// <param name="count">Most keys; fewer come when they do not fit in one answer, which says whether there are more.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RejectedException">The prefix or the key is longer than a key may be.</exception>
    /// <exception cref="NotAppliedException">No answer in time; a read changes nothing.</exception>
    public Task<ListKeysResult> ListAsync(ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte> after, int count, CancellationToken cancellation) =>
        prefix.Length > Limits.KeyName || after.Length > Limits.KeyName
            ? Task.FromException<ListKeysResult>(new RejectedException(KeyRules.KeyTooLong))
            : _lists.KeysAsync(prefix, after, count, cancellation);

    /// <summary>
    /// Every key that begins with a prefix, page by page, in order: each that is there all the while, once; of those that come or go meanwhile some.
    /// </summary>
    /// <param name="prefix">As for <see cref="ListAsync"/>.</param>
    /// <param name="after">As for <see cref="ListAsync"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RejectedException">As for <see cref="ListAsync"/>.</exception>
    /// <exception cref="NotAppliedException">No answer in time; a read changes nothing.</exception>
    public async IAsyncEnumerable<KeySummary> ListAllAsync(
        ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte> after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ListKeysResult page;
        do
        {
            page = await ListAsync(prefix, after, int.MaxValue, cancellation);
            foreach (KeySummary key in page.Keys)
                yield return key;
            if (page is { HasMore: true, Keys.Count: 0 })
                throw new NotAppliedException("the answer cannot be read: a page without keys, and more behind it");
            after = page.Keys.Count > 0 ? page.Keys[^1].Key : after;
        }
        while (page.HasMore);
    }
}

using System.Text;
using PaxosShard.Client.Core.Routing;
using PaxosShard.Client.Links;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Client.Listing;

/// <summary>
/// Lists what is not in one group alone: with masters every group is asked for its part, and the parts become one page. If the configuration is another one afterwards, something may
/// have moved from a group that was asked late to one that was asked early: all are asked again. Without masters the one group is asked.
/// </summary>
/// <param name="link">By what they are asked.</param>
internal sealed class ClusterLists(GroupLink link)
{
    private const int MostTries = 16;

    /// <summary>A page of the rooms, by the bytes of their names.</summary>
    /// <param name="after">As for <see cref="ChatLogClient.ListRoomsAsync"/>.</param>
    /// <param name="count">Most rooms.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NotAppliedException">No answer in time.</exception>
    public Task<ListRoomsResult> RoomsAsync(string after, int count, CancellationToken cancellation) =>
        ListAsync(new ListRoomsQuery(after, count).Encode(), ListRoomsResult.Decode, pages => Merge(pages, count), cancellation);

    /// <summary>A page of the keys that begin with a prefix, by their bytes.</summary>
    /// <param name="prefix">What they begin with.</param>
    /// <param name="after">As for <see cref="KeyClient.ListAsync"/>.</param>
    /// <param name="count">Most keys.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NotAppliedException">No answer in time.</exception>
    public Task<ListKeysResult> KeysAsync(ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte> after, int count, CancellationToken cancellation) =>
        ListAsync(new ListKeysQuery(prefix, after, count).Encode(), ListKeysResult.Decode, pages => Merge(pages, count), cancellation);

    /// <summary>One page of the rooms of all groups.</summary>
    internal static ListRoomsResult Merge(IReadOnlyList<ListRoomsResult> pages, int count)
    {
        NamePage<RoomSummary> merged = NamePages.Merge<RoomSummary>(
            [.. pages.Select(static page => new NamePage<RoomSummary>([.. page.Rooms.Select(static room => (NameOf(room), room))], page.Left > 0))], count);
        long left = pages.Sum(static page => page.Left + page.Rooms.Count) - merged.Items.Count;
        return new ListRoomsResult(pages.Sum(static page => page.Total), merged.HasMore ? Math.Max(1, left) : 0, [.. merged.Items.Select(static item => item.Item)]);
    }

    /// <summary>One page of the keys of all groups.</summary>
    internal static ListKeysResult Merge(IReadOnlyList<ListKeysResult> pages, int count)
    {
        NamePage<KeySummary> merged = NamePages.Merge<KeySummary>(
            [.. pages.Select(static page => new NamePage<KeySummary>([.. page.Keys.Select(static key => (key.Key, key))], page.HasMore))], count);
        return new ListKeysResult(merged.HasMore, [.. merged.Items.Select(static item => item.Item)]);
    }

    private static ReadOnlyMemory<byte> NameOf(RoomSummary room) => Encoding.UTF8.GetBytes(room.Room);

    private async Task<T> ListAsync<T>(byte[] question, ResultDecoder<T> decode, Func<T[], T> merge, CancellationToken cancellation)
    {
        ShardGroups? shards = await ShardsAsync(cancellation);
        if (shards is null)
            return await link.QueryAsync(question, decode, cancellation);
        for (int tries = 0; tries < MostTries; tries++)
        {
            T[] pages = await Task.WhenAll(shards.Groups.Select(group => link.QueryAsync(group, question, decode, cancellation)));
            ShardGroups? afterwards = await ShardsAsync(cancellation);
            if (afterwards is null || afterwards.Configuration == shards.Configuration)
                return merge(pages);
            shards = afterwards;
        }

        throw new NotAppliedException("the configuration changes faster than all groups can be asked");
    }

    /// <summary>The shards; null when there are no masters.</summary>
    private Task<ShardGroups?> ShardsAsync(CancellationToken cancellation) => link.QueryAsync<ShardGroups?>(
        GroupId.Masters, new ReadConfigurationQuery(ReadConfigurationQuery.Latest).Encode(), ConfigurationAnswer.ShardsIn, cancellation);
}

using System.Globalization;
using System.Text;

namespace PaxosShard.ChatClient.App.Demo.Ordered;

/// <summary>
/// What a post of the demo of ordered sessions stores: a photo under a key of one shard, and then its line at the top of a timeline, a key of another. The timeline keeps the line at its top, and photos take the places of older ones, so that
/// neither grows. Pure.
/// </summary>
internal static class OrderedDemoPost
{
    /// <summary>How many keys there are for photos.</summary>
    public const int Photos = 64;

    /// <summary>The place of a photo among the keys.</summary>
    /// <param name="post">The number of its post, from 1.</param>
    public static int KeyOf(long post) => (int)(post % Photos);

    /// <summary>What is stored of a post, as its photo and as its line.</summary>
    public static byte[] Value(long post) => Encoding.UTF8.GetBytes(post.ToString(CultureInfo.InvariantCulture));

    /// <summary>The post of a photo or a line; 0 when nothing is there.</summary>
    public static long PostOf(ReadOnlyMemory<byte>? value) => value is { } known ? long.Parse(Encoding.UTF8.GetString(known.Span), CultureInfo.InvariantCulture) : 0;

    /// <summary>The line of a post is there without its photo: under its key is nothing, or the photo of an earlier post.</summary>
    public static bool IsDangling(long post, ReadOnlyMemory<byte>? photo) => PostOf(photo) < post;
}

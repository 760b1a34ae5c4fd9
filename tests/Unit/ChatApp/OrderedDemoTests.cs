using NUnit.Framework;
using PaxosShard.ChatClient.App.Demo.Ordered;
using PaxosShard.Hashing;
using PaxosShard.Tests.Unit.ChatApp.Rings;

namespace PaxosShard.Tests.Unit.ChatApp;

/// <summary>What the demo of ordered sessions stores, finds, counts and shows.</summary>
[TestFixture]
internal sealed class OrderedDemoTests
{
    [Test]
    public void A_line_dangles_while_its_photo_is_not_there_or_that_of_an_earlier_post()
    {
        Assert.That(OrderedDemoPost.IsDangling(70, photo: null), Is.True);
        Assert.That(OrderedDemoPost.IsDangling(70, OrderedDemoPost.Value(6)), Is.True, "the photo that had the place before");
        Assert.That(OrderedDemoPost.IsDangling(70, OrderedDemoPost.Value(70)), Is.False);
        Assert.That(OrderedDemoPost.IsDangling(70, OrderedDemoPost.Value(134)), Is.False, "the reader was slow, and the place has another photo by now");
    }

    [Test]
    public void Photos_take_the_places_of_older_ones()
    {
        Assert.That(Enumerable.Range(1, 1000).Select(static post => OrderedDemoPost.KeyOf(post)).Distinct().Count(), Is.EqualTo(OrderedDemoPost.Photos));
        Assert.That(OrderedDemoPost.KeyOf(6), Is.EqualTo(OrderedDemoPost.KeyOf(70)));
        Assert.That((OrderedDemoPost.PostOf(OrderedDemoPost.Value(12)), OrderedDemoPost.PostOf(value: null)), Is.EqualTo((12L, 0L)));
    }

    [Test]
    public void Photos_are_on_one_shard_and_the_timeline_is_on_the_other()
    {
        OrderedDemoKeys keys = OrderedDemoKeys.Choose(RingExamples.Halves, RingExamples.Two, RingExamples.One, "side");

        Assert.That(keys.Photos, Has.Count.EqualTo(OrderedDemoPost.Photos).And.Unique);
        Assert.That(keys.Photos.Select(static key => RingExamples.Halves.OwnerOf(Arc.Of(key))), Is.All.EqualTo(RingExamples.Two));
        Assert.That(RingExamples.Halves.OwnerOf(Arc.Of(keys.Timeline)), Is.EqualTo(RingExamples.One));
    }

    [Test]
    public void A_pane_has_the_numbers_and_what_was_seen_last()
    {
        OrderedDemoCount count = new("a side");
        count.CountPost();
        for (int post = 1; post <= 4; post++)
            count.CountSeen(post, isDangling: post == 2);

        Assert.That(count.Dangling, Is.EqualTo(1));
        Assert.That(count.Pane(), Is.EqualTo(new[] { "a side", "1 posts, 4 seen, 1 dangling", "post 2: a line without a photo", "post 3: line and photo", "post 4: line and photo" }));

        count.CountPost();
        count.CountFailed();
        Assert.That(count.ToString(), Is.EqualTo("2 posts, 4 seen, 1 dangling, 1 failed"));
    }

    [Test]
    public void Two_panes_share_the_columns_and_what_is_too_long_is_cut()
    {
        Assert.That(OrderedDemoPanes.Lines(["left", "one that is too long"], ["right", "b", "c"], columns: 24), Is.EqualTo(new[] { "left       │ right", "one that … │ b", "           │ c" }));
        Assert.That(OrderedDemoPanes.Lines(["x"], ["y"], columns: 1), Is.EqualTo(new[] { "x │ y" }), "however narrow");
    }
}

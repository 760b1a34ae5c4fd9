namespace PaxosShard.ChatClient.App.Demo.Ordered;

/// <summary>What has happened on one side of the demo of ordered sessions. Safe from any thread.</summary>
/// <param name="name">What the side is called.</param>
internal sealed class OrderedDemoCount(string name)
{
    private const int Recent = 3;

    private readonly Lock _gate = new();
    private readonly Queue<string> _recent = new();
    private long _posts;
    private long _failed;
    private long _seen;
    private long _dangling;

    /// <summary>What the side is called.</summary>
    public string Name => name;

    /// <summary>Lines of the timeline that a reader has found without their photo.</summary>
    public long Dangling
    {
        get
        {
            lock (_gate)
                return _dangling;
        }
    }

    /// <summary>A post is made.</summary>
    public void CountPost()
    {
        lock (_gate)
            _posts++;
    }

    /// <summary>A part of a post did not take effect, or that is not known.</summary>
    public void CountFailed()
    {
        lock (_gate)
            _failed++;
    }

    /// <summary>A reader has found a line, and has then looked for its photo.</summary>
    /// <returns>What that is for people.</returns>
    public string CountSeen(long post, bool isDangling)
    {
        string text = $"post {post}: {(isDangling ? "a line without a photo" : "line and photo")}";
        lock (_gate)
        {
            _seen++;
            _dangling += isDangling ? 1 : 0;
            _recent.Enqueue(text);
            if (_recent.Count > Recent)
                _recent.Dequeue();
        }

        return text;
    }

    /// <summary>All numbers in a line.</summary>
    public override string ToString()
    {
        lock (_gate)
            return $"{_posts} posts, {_seen} seen, {_dangling} dangling{(_failed > 0 ? $", {_failed} failed" : "")}";
    }

    /// <summary>The side as lines of a pane: the name, the numbers, and what was seen last.</summary>
    public IReadOnlyList<string> Pane()
    {
        string numbers = ToString();
        lock (_gate)
            return [name, numbers, .. _recent];
    }
}

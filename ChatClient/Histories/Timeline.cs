namespace PaxosShard.Client.Histories;

/// <summary>A call or an answer on the line of time; a list from which operations are lifted and put back.</summary>
internal sealed class TimelineNode(int operation)
{
    /// <summary>Whose call or answer it is.</summary>
    public int Operation => operation;

    /// <summary>Of a call: its answer. Null on an answer.</summary>
    public TimelineNode? Answer { get; set; }

    public TimelineNode? Previous { get; set; }

    public TimelineNode? Next { get; set; }

    /// <summary>Takes a call and its answer out of the list.</summary>
    public void Lift()
    {
        Unlink(this);
        Unlink(Answer!);
    }

    /// <summary>Undoes the last <see cref="Lift"/>; calls must be put back in the opposite order.</summary>
    public void PutBack()
    {
        Link(Answer!);
        Link(this);
    }

    private static void Unlink(TimelineNode node)
    {
        node.Previous!.Next = node.Next;
        if (node.Next is not null)
            node.Next.Previous = node.Previous;
    }

    private static void Link(TimelineNode node)
    {
        node.Previous!.Next = node;
        if (node.Next is not null)
            node.Next.Previous = node;
    }
}

/// <summary>Builds the line of time of a history.</summary>
internal static class Timeline
{
    /// <summary>The node before the first; equal times put calls before answers, so that touching operations count as concurrent.</summary>
    public static TimelineNode Build(int count, Func<int, (long Invoked, long Returned)> interval)
    {
        List<(long Time, bool IsAnswer, TimelineNode Node)> nodes = [];
        for (int index = 0; index < count; index++)
        {
            TimelineNode call = new(index) { Answer = new TimelineNode(index) };
            (long invoked, long returned) = interval(index);
            nodes.Add((invoked, false, call));
            nodes.Add((returned, true, call.Answer));
        }

        TimelineNode head = new(-1);
        TimelineNode last = head;
        foreach ((_, _, TimelineNode node) in nodes.OrderBy(node => node.Time).ThenBy(node => node.IsAnswer))
        {
            last.Next = node;
            node.Previous = last;
            last = node;
        }

        return head;
    }
}

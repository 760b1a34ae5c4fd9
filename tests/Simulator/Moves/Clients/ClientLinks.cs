using PaxosShard.Client.Core;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Clients;

/// <summary>
/// The connections of one life of a client. A request that was sent on one that breaks is lost, or arrives all the same, at once or much later: so there are copies of which nobody waits for the answer.
/// None of them is made by the network: on a connection that stands everything arrives once, or not at all.
/// </summary>
/// <param name="world">What it lives in.</param>
/// <param name="client">The number of the client, for the log of the run.</param>
/// <param name="take">Takes what happens on them.</param>
internal sealed class ClientLinks(MoveWorld world, int client, Action<ClientInput> take)
{
    private const string Lost = "connection lost";

    private readonly SortedDictionary<int, ClientLink> _links = [];

    /// <summary>Begins to connect.</summary>
    public void Connect(int number, string address)
    {
        ClientLink link = new(number, world.FindEnd(address));
        _links.Add(number, link);
        world.Time.After(world.Network.DrawDelay(), () =>
        {
            if (link.IsEnded)
                return;
            if (link.End is not { IsUp: true } end)
            {
                End(link, "nobody listens");
                return;
            }

            link.IsUp = true;
            take(ClientInput.Opened(number, end.Group));
        });
    }

    /// <summary>Sends an operation of an ordered session, when the connection is still there.</summary>
    public void Send(int number, OrderedRequest ordered) => Send(number, ordered.Request, ordered);

    /// <summary>Sends a request, when the connection is still there.</summary>
    public void Send(int number, ClientRequest request) => Send(number, request, ordered: null);

    private void Send(int number, ClientRequest request, OrderedRequest? ordered)
    {
        if (!_links.TryGetValue(number, out ClientLink? link) || !link.IsUp || world.Network.IsLost())
            return;
        if (world.IsLogFull)
            world.Note($"client {client} -> {link.End!.Group} {EntryText.Of(request)}");
        long delay = world.Network.DrawDelay();
        link.UnderWay++;
        world.Time.After(world.Options.KeepsOrder ? link.BehindRequests(world.Time.Now, delay) : delay, () =>
        {
            link.UnderWay--;
            Arrive(link, request, ordered);
        });
    }

    /// <summary>Closes a connection: the client wants nothing more of it.</summary>
    public void Close(int number)
    {
        if (_links.Remove(number, out ClientLink? link))
            link.IsEnded = true;
    }

    /// <summary>Closes all of them.</summary>
    public void CloseAll()
    {
        foreach (int number in _links.Keys.ToArray())
            Close(number);
    }

    /// <summary>Those that go to one end break.</summary>
    public void Break(IGroupEndpoint end)
    {
        foreach (ClientLink link in _links.Values.Where(link => link.End == end).ToArray())
            End(link, Lost);
    }

    /// <summary>One of them breaks.</summary>
    public void BreakOne()
    {
        ClientLink[] links = [.. _links.Values];
        if (links.Length > 0)
            End(links[world.Network.Choose(links.Length)], Lost);
    }

    private void End(ClientLink link, string reason)
    {
        if (link.UnderWay > 0)
            world.Marks.Reach(MoveMark.ConnectionBroken);
        Close(link.Number);
        take(ClientInput.Ended(link.Number, reason));
    }

    private static void Give(IGroupEndpoint end, ClientRequest request, OrderedRequest? ordered, Action<ClientReply> answer)
    {
        if (ordered is null)
            end.Take(request, answer);
        else
            end.Take(ordered, answer);
    }

    private void Arrive(ClientLink link, ClientRequest request, OrderedRequest? ordered)
    {
        if (!link.IsEnded)
        {
            Give(link.End!, request, ordered, reply => Reply(link, request, ordered, reply));
            return;
        }

        switch (world.Network.Choose(3))
        {
            case 0:
                break;
            case 1:
                Give(link.End!, request, ordered, static _ => { });
                break;
            default:
                Repeat(request, ordered);
                break;
        }
    }

    private void Reply(ClientLink link, ClientRequest request, OrderedRequest? ordered, ClientReply reply)
    {
        bool isResult = request.Session != SessionId.None && reply.Status is ReplyStatus.Ok or ReplyStatus.Rejected;
        if (isResult && world.Network.IsRepeated())
            Repeat(request, ordered);
        if (world.Network.IsLost())
            return;
        long delay = world.Network.DrawDelay();
        link.UnderWay++;
        world.Time.After(world.Options.KeepsOrder ? link.BehindReplies(world.Time.Now, delay) : delay, () =>
        {
            link.UnderWay--;
            if (link.IsEnded)
                return;
            if (world.IsLogFull)
                world.Note($"client {client} <- {link.End!.Group} {EntryText.Of(request)}: {reply.Status}");
            take(ClientInput.Replied(link.Number, reply));
        });
    }

    /// <summary>A copy of a request turns up much later, at any group.</summary>
    private void Repeat(ClientRequest request, OrderedRequest? ordered)
    {
        if (!world.Network.IsCalm)
            world.Time.After(world.Network.DrawLateness(), () => world.Repeat(request, ordered));
    }
}

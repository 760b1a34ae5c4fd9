using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Network;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Replicas;

/// <content>Replicas that are refused, and members that are replaced (rule 13).</content>
public sealed partial class SimulatedReplica
{
    /// <summary>It is being replaced: from now on it behaves as a replaced replica that does not know it yet.</summary>
    public bool IsBeingReplaced { get; set; }

    /// <summary>The machine is lost, with its disk, for good.</summary>
    public void LoseForGood()
    {
        LosePower();
        IsLostForGood = true;
        IsBeingReplaced = true;
        setting.Checks.OnGone(Index);
    }

    /// <summary>Another replica refused this one, or this one found out that it is an older copy.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="mustStop">Its directory is not the newest one, as the others see it: it stops for good.</param>
    public void OnRefused(HelloRefusal refusal, bool mustStop)
    {
        LastRefusal = refusal.Reason;
        if (refusal.Code == RefusalCode.NotAMember)
            setting.Checks.Marks.Reach(Mark.NewcomerRefused);
        setting.Log?.Write($"r{Index} is refused: PX{(int)refusal.Code}: {refusal.Reason}");
        if (!mustStop)
            return;
        if (IsForgetful)
        {
            setting.Checks.Marks.Reach(Mark.OlderCopyShutOut);
            Kill();
        }
        else if (IsBeingReplaced)
        {
            // A replica that has executed the replacement says so; one that has only met the successor takes it for an older copy.
            OnReplaced(refusal.Reason);
        }
        else
            setting.Checks.Violations.Report("H1", $"r{Index} forgot nothing and is shut out: {refusal.Reason}");
    }

    /// <summary>It was replaced, and knows it: it stops for good. It may be started again all the same.</summary>
    /// <param name="reason">How it knows.</param>
    internal void OnReplaced(string reason)
    {
        LastRefusal = reason;
        if (!IsBeingReplaced && !IsForgetful)
            setting.Checks.Violations.Report("H1", $"r{Index} was not replaced, and stops for that: {reason}");
        setting.Checks.Marks.Reach(Mark.ReplacedStopped);
        setting.Log?.Write($"r{Index} was replaced: {reason}");
        Kill();
    }

    /// <summary>The member list has changed: replaced peers are told so, and peers whose introduction does not hold any more introduce themselves again.</summary>
    internal void EndConnectionsThatAreOver()
    {
        foreach (ConnectionEnd end in setting.Network.EndsOf(Index))
        {
            // What is dialled is looked at when it is answered.
            if (end.State is not PeerConnection peer || _process is not { } process)
                continue;
            bool isReplaced = !process.ListensTo(end.Other.Address);
            if (!isReplaced && !peer.Introduction.IsOver)
                continue;
            if (EndsBeforeFrame(MessageKind.ConnectionRefused, end.Other.Address))
                return;
            if (isReplaced)
                setting.Network.Send(end, FrameWriter.Encode(new ConnectionRefused((int)RefusalCode.Replaced, $"r{end.Other.Address} was replaced in its place"), ReplicaSetting.Group));
            setting.Network.Close(end);
            OnClosed(end);
        }
    }

    /// <inheritdoc/>
    public void OnConnected(ConnectionEnd end)
    {
        if (_process is not { } process)
        {
            // It went with the process that dialled.
            setting.Network.Reset(end);
        }
        else if (process.ListensTo(end.Other.Address))
        {
            process.Introductions.Call(end);
        }
        else
        {
            // Another machine was given the place meanwhile.
            setting.Network.Close(end);
            process.OnOutgoingClosed(PlaceAt(end), wasUp: false);
        }
    }
}

<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_TW" sourcelanguage="en">
<context>
    <name>AddressPart</name>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>{zone} zone, delivery {fee}</source>
        <translation>{zone}區，運費 {fee}</translation>
    </message>
</context>
<context>
    <name>BugNotice</name>
    <message>
        <source>Something unexpected happened</source>
        <translation>發生未預期的問題</translation>
    </message>
    <message>
        <source>Saved orders are safe. Copy the report and send it to whoever looks after it.</source>
        <translation>已存檔的訂單都安全。請複製報告，交給資訊人員。</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>複製報告</translation>
    </message>
</context>
<context>
    <name>CallerStrip</name>
    <message>
        <source>missed {count}</source>
        <translation>未接 {count}</translation>
    </message>
    <message>
        <source>Calls that nobody has answered or called back</source>
        <translation>沒人接、也還沒回撥的來電</translation>
    </message>
</context>
<context>
    <name>CardPrompt</name>
    <message>
        <source>Continue the draft</source>
        <translation>繼續草稿</translation>
    </message>
    <message>
        <source>Open an order</source>
        <translation>開單</translation>
    </message>
    <message>
        <source>Throw the draft away</source>
        <translation>丟棄草稿</translation>
    </message>
    <message>
        <source>A draft is waiting</source>
        <translation>有一張未完成的草稿</translation>
    </message>
    <message>
        <source>First order</source>
        <translation>第一次訂購</translation>
    </message>
    <message>
        <source>Order {number} is not delivered yet</source>
        <translation>訂單 {number} 還沒送到</translation>
    </message>
    <message>
        <source>The same as last time?</source>
        <translation>照上次訂購？</translation>
    </message>
</context>
<context>
    <name>ContextPanel</name>
    <message>
        <source>Last orders</source>
        <translation>最近訂單</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>帳務</translation>
    </message>
    <message>
        <source>Prices of their own</source>
        <translation>專屬價格</translation>
    </message>
    <message>
        <source>No orders yet</source>
        <translation>還沒有訂單</translation>
    </message>
    <message>
        <source>Terms</source>
        <translation>付款條件</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>信用額度</translation>
    </message>
    <message>
        <source>Used</source>
        <translation>已使用</translation>
    </message>
    <message>
        <source>Not sent yet</source>
        <translation>尚未上傳</translation>
    </message>
    <message>
        <source>Overdue</source>
        <translation>逾期未付</translation>
    </message>
    <message>
        <source>Available</source>
        <translation>可用額度</translation>
    </message>
</context>
<context>
    <name>CustomerPanel</name>
    <message>
        <source>Left after this order</source>
        <translation>存檔後可用</translation>
    </message>
    <message>
        <source>Credit left</source>
        <translation>可用額度</translation>
    </message>
    <message>
        <source>limit {limit}, used {used}</source>
        <translation>額度 {limit}&#x3000;已用 {used}</translation>
    </message>
    <message>
        <source>, not sent {unsent}</source>
        <translation>&#x3000;未傳 {unsent}</translation>
    </message>
    <message>
        <source>{age} ago</source>
        <translation>{age}前</translation>
    </message>
    <message>
        <source>Last order</source>
        <translation>上次訂購</translation>
    </message>
    <message>
        <source>Usual interval</source>
        <translation>平均間隔</translation>
    </message>
    <message>
        <source>Orders</source>
        <translation>訂單數</translation>
    </message>
    <message>
        <source>Terms</source>
        <translation>付款條件</translation>
    </message>
    <message>
        <source>{amount}, {days} days</source>
        <translation>{amount}（{days} 天）</translation>
    </message>
    <message>
        <source>Overdue</source>
        <translation>逾期未付</translation>
    </message>
    <message>
        <source> (not valid)</source>
        <translation>（號碼有誤）</translation>
    </message>
    <message>
        <source>Tax ID</source>
        <translation>統一編號</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>尚無</translation>
    </message>
    <message>
        <source>today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>{days} days ago</source>
        <translation>{days} 天前</translation>
    </message>
    <message>
        <source>{days} days</source>
        <translation>{days} 天</translation>
    </message>
</context>
<context>
    <name>CylinderRow</name>
    <message>
        <source>owes {count}</source>
        <translation>欠 {count}</translation>
    </message>
    <message>
        <source>take back</source>
        <translation>收空桶</translation>
    </message>
    <message>
        <source>deposit</source>
        <translation>押桶</translation>
    </message>
    <message>
        <source>gas, kg</source>
        <translation>殘氣 kg</translation>
    </message>
</context>
<context>
    <name>CylindersPart</name>
    <message>
        <source>Nothing to return on this order</source>
        <translation>這張單沒有要收的空桶</translation>
    </message>
</context>
<context>
    <name>DayChooser</name>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Tomorrow</source>
        <translation>明天</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>公休</translation>
    </message>
</context>
<context>
    <name>DeliveryPart</name>
    <message>
        <source>Delivery day</source>
        <translation>送貨日期</translation>
    </message>
    <message>
        <source>Time of day</source>
        <translation>送貨時段</translation>
    </message>
    <message>
        <source>Urgent</source>
        <translation>急件</translation>
    </message>
    <message>
        <source>Next truck; raises the delivery fee</source>
        <translation>排下一班車，運費加成</translation>
    </message>
</context>
<context>
    <name>FirstCopyScreen</name>
    <message>
        <source>Preparing this counter</source>
        <translation>準備這台櫃檯機</translation>
    </message>
    <message>
        <source>Customers, prices and rules are copied to this machine once. After that the counter works without the office too.</source>
        <translation>客戶、價格與規則會先複製到這台電腦一次，之後連不上公司也能照常接單。</translation>
    </message>
    <message>
        <source>Waiting for the office</source>
        <translation>等待公司主機回應</translation>
    </message>
    <message>
        <source>The office does not answer. Check the network cable and that the server runs; the copy goes on by itself where it stopped.</source>
        <translation>公司主機沒有回應。請檢查網路線，並確認主機已開機；恢復後會從中斷處自動接續。</translation>
    </message>
</context>
<context>
    <name>LaneButton</name>
    <message>
        <source>idle</source>
        <translation>待機</translation>
    </message>
    <message>
        <source>Unknown caller</source>
        <translation>未知來電</translation>
    </message>
    <message>
        <source>Number withheld</source>
        <translation>未顯示號碼</translation>
    </message>
    <message>
        <source>Open this caller&apos;s card (Ctrl+{line})</source>
        <translation>開啟這通來電的客戶卡 (Ctrl+{line})</translation>
    </message>
</context>
<context>
    <name>LineRow</name>
    <message>
        <source>special price</source>
        <translation>特價</translation>
    </message>
    <message>
        <source>{percent} % off</source>
        <translation>折 {percent} %</translation>
    </message>
</context>
<context>
    <name>LinesPart</name>
    <message>
        <source>Quantity of {product}</source>
        <translation>{product} 數量</translation>
    </message>
    <message>
        <source>Remove this line (Alt+X)</source>
        <translation>刪除這一項 (Alt+X)</translation>
    </message>
    <message>
        <source>Remove {product}</source>
        <translation>刪除 {product}</translation>
    </message>
    <message>
        <source>Add {name}</source>
        <translation>加訂 {name}</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Lucky Gas Counter</source>
        <translation>幸福氣體 訂單櫃檯</translation>
    </message>
    <message>
        <source>Orders</source>
        <translation>訂單</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今日訂單</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>需處理</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按鍵</translation>
    </message>
    <message>
        <source>Plug it in again</source>
        <translation>接回網路線</translation>
    </message>
    <message>
        <source>Practice: the network cable is pulled. Orders are kept and sent later.</source>
        <translation>演練中：網路線已拔除。訂單照常存檔，接回後自動補傳。</translation>
    </message>
    <message>
        <source>They are kept on this machine and sent when the counter is opened again.</source>
        <translation>這些資料會留在本機，下次開啟櫃檯時再傳。</translation>
    </message>
    <message>
        <source>Close all the same</source>
        <translation>仍要關閉</translation>
    </message>
    <message>
        <source>Orders that are not sent yet: {count}</source>
        <translation>還有 {count} 筆沒有傳給公司</translation>
    </message>
    <message>
        <source>Stay here</source>
        <translation>留下來</translation>
    </message>
    <message>
        <source>They are kept on this machine and sent when somebody signs in again.</source>
        <translation>這些資料會留在本機，下次登入後再傳。</translation>
    </message>
    <message>
        <source>Sign out all the same</source>
        <translation>仍要登出</translation>
    </message>
    <message>
        <source>orders, today, attention</source>
        <translation>訂單、今日訂單、需處理</translation>
    </message>
    <message>
        <source>settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>open the caller on that line</source>
        <translation>開啟該線來電</translation>
    </message>
    <message>
        <source>call the oldest missed call back</source>
        <translation>回撥最早的未接來電</translation>
    </message>
    <message>
        <source>this sheet</source>
        <translation>這張按鍵表</translation>
    </message>
    <message>
        <source>pull or plug the practice cable</source>
        <translation>拔除或接回演練用網路線</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>任何畫面</translation>
    </message>
    <message>
        <source>On this screen</source>
        <translation>這個畫面</translation>
    </message>
    <message>
        <source>any key closes</source>
        <translation>按任意鍵關閉</translation>
    </message>
</context>
<context>
    <name>NeedsAttention</name>
    <message>
        <source>{stuck} need a person, {waiting} to send</source>
        <translation>{stuck} 筆需人處理，{waiting} 筆待傳</translation>
    </message>
    <message>
        <source>Needs attention</source>
        <translation>需處理</translation>
    </message>
    <message>
        <source>Send all now</source>
        <translation>全部立即傳送</translation>
    </message>
    <message>
        <source>Try this one again</source>
        <translation>重試這一筆</translation>
    </message>
    <message>
        <source>Nothing needs you</source>
        <translation>沒有需要處理的事</translation>
    </message>
    <message>
        <source>Every order has reached the office.</source>
        <translation>所有訂單都已送達公司。</translation>
    </message>
    <message>
        <source>order desk</source>
        <translation>回到接單</translation>
    </message>
    <message>
        <source>try the chosen one again</source>
        <translation>重試選取的這一筆</translation>
    </message>
    <message>
        <source>send everything now</source>
        <translation>立即傳送全部</translation>
    </message>
    <message>
        <source>State</source>
        <translation>狀態</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>訂單</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>客戶</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Tried</source>
        <translation>已試</translation>
    </message>
    <message>
        <source>again in {time}</source>
        <translation>{time}後重試</translation>
    </message>
    <message>
        <source>{count} ×</source>
        <translation>{count} 次</translation>
    </message>
</context>
<context>
    <name>OrderDesk</name>
    <message>
        <source>find a customer by the last digits</source>
        <translation>輸入電話末碼找客戶</translation>
    </message>
    <message>
        <source>open the card, the order, the next field</source>
        <translation>開啟客戶卡、開單、到下一欄</translation>
    </message>
    <message>
        <source>one step back; nothing is lost</source>
        <translation>退回一步，資料不會遺失</translation>
    </message>
    <message>
        <source>save and print</source>
        <translation>存檔並列印</translation>
    </message>
    <message>
        <source>go to a block</source>
        <translation>跳到第幾區</translation>
    </message>
    <message>
        <source>note for the driver</source>
        <translation>給司機的備註</translation>
    </message>
    <message>
        <source>quantity, address, results</source>
        <translation>數量、地址、搜尋結果</translation>
    </message>
    <message>
        <source>day, slot, payment, invoice</source>
        <translation>日期、時段、付款、發票</translation>
    </message>
    <message>
        <source>add a product</source>
        <translation>加訂品項</translation>
    </message>
    <message>
        <source>remove the line</source>
        <translation>刪除品項</translation>
    </message>
    <message>
        <source>open the similar order / it is a second one</source>
        <translation>開啟相似訂單／確認是第二張</translation>
    </message>
    <message>
        <source>show or hide orders and account</source>
        <translation>顯示或隱藏最近訂單與帳務</translation>
    </message>
    <message>
        <source>throw the draft away</source>
        <translation>丟棄草稿</translation>
    </message>
    <message>
        <source>print the saved order again</source>
        <translation>重印剛存檔的訂單</translation>
    </message>
    <message>
        <source>Throw this draft away?</source>
        <translation>要丟棄這張草稿嗎？</translation>
    </message>
    <message>
        <source>The order for {name} has not been saved.</source>
        <translation>{name} 的訂單還沒有存檔。</translation>
    </message>
    <message>
        <source>Throw it away</source>
        <translation>丟棄</translation>
    </message>
    <message>
        <source>First say whether this is a second order: F6 opens that one, F7 goes on.</source>
        <translation>請先確認是否為第二張訂單：F6 開啟該單，F7 繼續這張。</translation>
    </message>
</context>
<context>
    <name>OrderDetail</name>
    <message>
        <source>Print again</source>
        <translation>重印</translation>
    </message>
    <message>
        <source>Cancel order</source>
        <translation>取消訂單</translation>
    </message>
    <message>
        <source>Cancel it</source>
        <translation>確定取消</translation>
    </message>
    <message>
        <source>Why is it cancelled?</source>
        <translation>取消原因</translation>
    </message>
    <message>
        <source>Reason of the cancellation</source>
        <translation>取消原因</translation>
    </message>
    <message>
        <source>for example: customer rang to cancel</source>
        <translation>例如：客戶來電取消</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>客戶</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Items</source>
        <translation>品項</translation>
    </message>
    <message>
        <source>Deliver</source>
        <translation>送貨</translation>
    </message>
    <message>
        <source>Payment</source>
        <translation>付款</translation>
    </message>
    <message>
        <source>Taken at</source>
        <translation>接單時間</translation>
    </message>
    <message>
        <source>Driver</source>
        <translation>司機</translation>
    </message>
    <message>
        <source>Paid</source>
        <translation>收款</translation>
    </message>
    <message>
        <source>Invoice</source>
        <translation>發票</translation>
    </message>
</context>
<context>
    <name>OrderForm</name>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Products</source>
        <translation>品項</translation>
    </message>
    <message>
        <source>When</source>
        <translation>時段</translation>
    </message>
    <message>
        <source>Empties</source>
        <translation>空桶</translation>
    </message>
    <message>
        <source>Payment</source>
        <translation>付款</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>備註</translation>
    </message>
    <message>
        <source>Note for the driver (Alt+N)</source>
        <translation>給司機的備註 (Alt+N)</translation>
    </message>
    <message>
        <source>for the driver, printed on the slip</source>
        <translation>給司機看，會印在送貨單上</translation>
    </message>
</context>
<context>
    <name>OrderHead</name>
    <message>
        <source>New order</source>
        <translation>新訂單</translation>
    </message>
    <message>
        <source>back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>history</source>
        <translation>往來</translation>
    </message>
    <message>
        <source>credit left {amount}</source>
        <translation>可用額度 {amount}</translation>
    </message>
</context>
<context>
    <name>OrderView</name>
    <message>
        <source>Number, name, address, tax ID</source>
        <translation>電話末碼、姓名、地址、統編</translation>
    </message>
    <message>
        <source>Find a customer</source>
        <translation>尋找客戶</translation>
    </message>
    <message>
        <source>Ready for the next call</source>
        <translation>等待下一通來電</translation>
    </message>
    <message>
        <source>A caller&apos;s card opens here by itself.</source>
        <translation>來電時，客戶卡會自動出現在這裡。</translation>
    </message>
    <message>
        <source>the last digits of any number</source>
        <translation>輸入任一電話的末幾碼</translation>
    </message>
    <message>
        <source>open the card, then the order</source>
        <translation>開啟客戶卡，再按一次開單</translation>
    </message>
    <message>
        <source>open the caller on line 1</source>
        <translation>開啟第 1 線來電</translation>
    </message>
    <message>
        <source>all keys</source>
        <translation>所有按鍵</translation>
    </message>
    <message>
        <source>Open that one</source>
        <translation>開啟該單</translation>
    </message>
    <message>
        <source>It is a second order</source>
        <translation>這是第二張</translation>
    </message>
    <message>
        <source>Nobody found</source>
        <translation>找不到客戶</translation>
    </message>
    <message>
        <source>Try fewer characters</source>
        <translation>請少打幾個字再試</translation>
    </message>
    <message>
        <source>Missed calls</source>
        <translation>未接來電</translation>
    </message>
    <message>
        <source>Number withheld</source>
        <translation>未顯示號碼</translation>
    </message>
    <message>
        <source>Nobody with this number is on file. Ask for a name, an address or a number.</source>
        <translation>這個號碼沒有建檔。請問姓名、地址或其他電話。</translation>
    </message>
    <message>
        <source>Ask for the last four digits of their number.</source>
        <translation>請問電話末四碼。</translation>
    </message>
    <message>
        <source>find the customer</source>
        <translation>尋找客戶</translation>
    </message>
    <message>
        <source>put this call aside</source>
        <translation>先放下這通來電</translation>
    </message>
    <message>
        <source>{number} at {time}: {items} for the same household</source>
        <translation>同一戶 {time} 已有訂單 {number}：{items}</translation>
    </message>
    <message>
        <source>Prices have changed: {old} is now {new}. Ctrl+Enter again saves the new total.</source>
        <translation>價格已更新：原 {old}，現在 {new}。再按一次 Ctrl+Enter 以新金額存檔。</translation>
    </message>
</context>
<context>
    <name>PaymentPart</name>
    <message>
        <source>Payment</source>
        <translation>付款</translation>
    </message>
    <message>
        <source>Invoice</source>
        <translation>發票</translation>
    </message>
    <message>
        <source>Tax ID</source>
        <translation>統一編號</translation>
    </message>
    <message>
        <source>No account is agreed with this customer</source>
        <translation>這位客戶沒有月結約定</translation>
    </message>
    <message>
        <source>Checking credit …</source>
        <translation>查詢信用額度中…</translation>
    </message>
    <message>
        <source>Credit not checked</source>
        <translation>尚未查詢信用額度</translation>
    </message>
</context>
<context>
    <name>Question</name>
    <message>
        <source>Keep it</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>RefusalNotice</name>
    <message>
        <source>The counter cannot start</source>
        <translation>櫃檯程式無法啟動</translation>
    </message>
    <message>
        <source>Nothing was saved</source>
        <translation>沒有存檔</translation>
    </message>
    <message>
        <source>Code: {code}</source>
        <translation>代碼：{code}</translation>
    </message>
</context>
<context>
    <name>SavedPanel</name>
    <message>
        <source>Saved</source>
        <translation>已存檔</translation>
    </message>
    <message>
        <source>The office has it.</source>
        <translation>公司已收到。</translation>
    </message>
    <message>
        <source>Kept here; it goes to the office by itself.</source>
        <translation>已存在本機，會自動傳給公司。</translation>
    </message>
    <message>
        <source>Print again</source>
        <translation>重印</translation>
    </message>
    <message>
        <source>Ready for the next call: type a number, a name or an address.</source>
        <translation>可以接下一通：直接輸入電話、姓名或地址。</translation>
    </message>
    <message>
        <source>Not printed: {problem}</source>
        <translation>沒有印出：{problem}</translation>
    </message>
    <message>
        <source>Printing …</source>
        <translation>列印中…</translation>
    </message>
    <message>
        <source>Printed on {printer}</source>
        <translation>已由 {printer} 印出</translation>
    </message>
    <message>
        <source>Kept as PDF: {files}</source>
        <translation>已存成 PDF：{files}</translation>
    </message>
</context>
<context>
    <name>SettingsScreen</name>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>語言</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>顏色</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>字體大小</translation>
    </message>
    <message>
        <source>Printer</source>
        <translation>印表機</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>淺色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>高對比</translation>
    </message>
    <message>
        <source>None: keep PDF files only</source>
        <translation>不列印，只存 PDF</translation>
    </message>
    <message>
        <source>Slips and statements are always kept as PDF; a printer gets them as well.</source>
        <translation>送貨單與明細一律存成 PDF；選了印表機會同時印出。</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>登出</translation>
    </message>
</context>
<context>
    <name>SignInScreen</name>
    <message>
        <source>Lucky Gas Counter</source>
        <translation>幸福氣體 訂單櫃檯</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>帳號</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密碼</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>登入</translation>
    </message>
    <message>
        <source>Wrong name or password. Check Caps Lock and try again.</source>
        <translation>帳號或密碼不對。請確認大寫鎖定後再試一次。</translation>
    </message>
    <message>
        <source>The office does not answer, and nobody of this name has signed in here before. Check the network cable and that the server runs, then try again.</source>
        <translation>連不上公司主機，而且這個帳號還沒在這台櫃檯登入過。請檢查網路線、確認主機已開機，再試一次。</translation>
    </message>
    <message>
        <source>Signing in …</source>
        <translation>登入中…</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>prices {day}</source>
        <translation>價格 {day}</translation>
    </message>
    <message>
        <source>no prices yet</source>
        <translation>尚無價格</translation>
    </message>
    <message>
        <source>data {age} old</source>
        <translation>資料 {age}前</translation>
    </message>
    <message>
        <source>counter {n:02d}</source>
        <translation>櫃檯 {n:02d}</translation>
    </message>
    <message>
        <source>to send {count}</source>
        <translation>待傳 {count}</translation>
    </message>
    <message>
        <source> (oldest {age})</source>
        <translation>（最久 {age}）</translation>
    </message>
</context>
<context>
    <name>TodaysOrders</name>
    <message>
        <source>Number, name, phone, address</source>
        <translation>單號、姓名、電話、地址</translation>
    </message>
    <message>
        <source>Find an order of today</source>
        <translation>尋找今天的訂單</translation>
    </message>
    <message>
        <source>No orders here</source>
        <translation>這裡沒有訂單</translation>
    </message>
    <message>
        <source>Orders of today appear as they are saved.</source>
        <translation>今天的訂單存檔後會出現在這裡。</translation>
    </message>
    <message>
        <source>order desk</source>
        <translation>回到接單</translation>
    </message>
    <message>
        <source>clear the search</source>
        <translation>清除搜尋</translation>
    </message>
    <message>
        <source>choose an order</source>
        <translation>選擇訂單</translation>
    </message>
    <message>
        <source>print again</source>
        <translation>重印</translation>
    </message>
    <message>
        <source>cancel the order</source>
        <translation>取消訂單</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>訂單</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>客戶</translation>
    </message>
    <message>
        <source>Items</source>
        <translation>品項</translation>
    </message>
    <message>
        <source>Deliver</source>
        <translation>送貨</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>合計</translation>
    </message>
    <message>
        <source>State</source>
        <translation>狀態</translation>
    </message>
    <message>
        <source>Office</source>
        <translation>公司</translation>
    </message>
    <message>
        <source>{count} orders, {total} in all</source>
        <translation>{count} 張訂單，共 {total} 元</translation>
    </message>
    <message>
        <source>Today&apos;s orders</source>
        <translation>今日訂單</translation>
    </message>
    <message>
        <source>Printing …</source>
        <translation>列印中…</translation>
    </message>
    <message>
        <source>Not printed: {problem}</source>
        <translation>沒有印出：{problem}</translation>
    </message>
    <message>
        <source>Printed on {printer}</source>
        <translation>已由 {printer} 印出</translation>
    </message>
    <message>
        <source>Kept as PDF: {files}</source>
        <translation>已存成 PDF：{files}</translation>
    </message>
    <message>
        <source>Cancelled; the office will be told.</source>
        <translation>已取消，會通知公司。</translation>
    </message>
</context>
<context>
    <name>TotalBar</name>
    <message>
        <source>Total</source>
        <translation>合計</translation>
    </message>
    <message>
        <source>Save and print</source>
        <translation>存檔列印</translation>
    </message>
    <message>
        <source>goods {amount}</source>
        <translation>貨款 {amount}</translation>
    </message>
    <message>
        <source>tax {amount}</source>
        <translation>稅 {amount}</translation>
    </message>
    <message>
        <source>delivery {amount}</source>
        <translation>運費 {amount}</translation>
    </message>
    <message>
        <source>deposits {amount}</source>
        <translation>押金 {amount}</translation>
    </message>
    <message>
        <source>gas left −{amount}</source>
        <translation>殘氣 −{amount}</translation>
    </message>
</context>
<context>
    <name>WorkProgress</name>
    <message>
        <source>{rate} rows per second</source>
        <translation>每秒 {rate} 筆</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>還要 {time}</translation>
    </message>
</context>
<context>
    <name>figures</name>
    <message>
        <source>Mon</source>
        <translation>週一</translation>
    </message>
    <message>
        <source>Tue</source>
        <translation>週二</translation>
    </message>
    <message>
        <source>Wed</source>
        <translation>週三</translation>
    </message>
    <message>
        <source>Thu</source>
        <translation>週四</translation>
    </message>
    <message>
        <source>Fri</source>
        <translation>週五</translation>
    </message>
    <message>
        <source>Sat</source>
        <translation>週六</translation>
    </message>
    <message>
        <source>Sun</source>
        <translation>週日</translation>
    </message>
    <message>
        <source>{n} s</source>
        <translation>{n} 秒</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} 分</translation>
    </message>
    <message>
        <source>{n} h</source>
        <translation>{n} 小時</translation>
    </message>
    <message>
        <source>{n} d</source>
        <translation>{n} 天</translation>
    </message>
</context>
<context>
    <name>problems</name>
    <message>
        <source>The disk is full or takes no more writes. Nothing was saved. Free some space and try again.</source>
        <translation>硬碟已滿或無法寫入，訂單沒有存檔。請清出空間後再試。</translation>
    </message>
    <message>
        <source>The register&apos;s files are read-only. Give this user write permission and try again.</source>
        <translation>櫃檯的檔案是唯讀的。請開放寫入權限後再試。</translation>
    </message>
    <message>
        <source>Another program is holding the register&apos;s files. Close it (a backup or a second copy of this program) and try again.</source>
        <translation>其他程式正在使用櫃檯的檔案（備份軟體或另一份本程式）。請關閉後再試。</translation>
    </message>
    <message>
        <source>This counter has no register code yet. Sign in once with the office.</source>
        <translation>這台櫃檯還沒有編號。請先連線登入一次。</translation>
    </message>
    <message>
        <source>Nobody is signed in. Sign in again; the draft is kept.</source>
        <translation>目前沒有人登入。請重新登入，草稿會保留。</translation>
    </message>
    <message>
        <source>The papers could not be written. The order is saved: make room in the documents folder and print it again.</source>
        <translation>單據無法寫入，訂單已存檔。請清出文件資料夾的空間後再補印。</translation>
    </message>
    <message>
        <source>the print system does not answer</source>
        <translation>列印系統沒有回應</translation>
    </message>
    <message>
        <source>this machine has no lp</source>
        <translation>這台電腦沒有安裝列印系統</translation>
    </message>
</context>
<context>
    <name>sentences</name>
    <message>
        <source>{name} is inactive: orders are not taken; ask a supervisor.</source>
        <translation>{name} 已停用，不能接單；請找主管處理。</translation>
    </message>
    <message>
        <source>No telephone number: ask for one.</source>
        <translation>沒有電話，請詢問聯絡電話。</translation>
    </message>
    <message>
        <source>Choose an address.</source>
        <translation>請選擇地址。</translation>
    </message>
    <message>
        <source>This address is no longer on file: choose another.</source>
        <translation>這個地址已不在檔案裡，請另選一個。</translation>
    </message>
    <message>
        <source>No delivery fee is set for {zone}; it counts as 0.</source>
        <translation>{zone}區沒有設定運費，以 0 計算。</translation>
    </message>
    <message>
        <source>Nothing ordered yet: add a product.</source>
        <translation>還沒有品項，請加訂。</translation>
    </message>
    <message>
        <source>{product} is not in the price list.</source>
        <translation>{product} 不在價目表裡。</translation>
    </message>
    <message>
        <source>{product} is no longer sold.</source>
        <translation>{product} 已停售。</translation>
    </message>
    <message>
        <source>{product} is on two lines: merge them.</source>
        <translation>{product} 重複了，請合併。</translation>
    </message>
    <message>
        <source>{product} has no price for today.</source>
        <translation>{product} 今天沒有價格。</translation>
    </message>
    <message>
        <source>{product}: at least 1.</source>
        <translation>{product}：至少 1 桶。</translation>
    </message>
    <message>
        <source>{product}: {quantity} ordered, {available} in stock.</source>
        <translation>{product}：訂 {quantity}，庫存只剩 {available}。</translation>
    </message>
    <message>
        <source>Goods of {goods} are below the minimum of {minimum}: {missing} missing.</source>
        <translation>貨款 {goods} 未達最低 {minimum}，還差 {missing}。</translation>
    </message>
    <message>
        <source>That day is over. Earliest: {earliest}.</source>
        <translation>這天已經過了。最早可送：{earliest}。</translation>
    </message>
    <message>
        <source>Bookings reach {days} days ahead, to {latest}.</source>
        <translation>最多預約 {days} 天內，到 {latest} 為止。</translation>
    </message>
    <message>
        <source>Closed on {date}. Earliest: {earliest}.</source>
        <translation>{date} 公休。最早可送：{earliest}。</translation>
    </message>
    <message>
        <source>Same-day orders end at {cutoff}: choose {earliest}, or urgent.</source>
        <translation>當日單 {cutoff} 截止，請改 {earliest}，或選急件。</translation>
    </message>
    <message>
        <source>The counter is closed at {time}.</source>
        <translation>現在 {time}，已過營業時間。</translation>
    </message>
    <message>
        <source>No deliveries in the {slot} on {date}: choose {served}.</source>
        <translation>{date} {slot}不送貨，請改{served}。</translation>
    </message>
    <message>
        <source>{slot} could be booked until {until}. Earliest: {earliest}.</source>
        <translation>{slot}時段 {until} 前才能訂。最早可送：{earliest}。</translation>
    </message>
    <message>
        <source>{product}: not less than 0.</source>
        <translation>{product}：不能少於 0。</translation>
    </message>
    <message>
        <source>{product}: empties and deposits are more than the {quantity} ordered.</source>
        <translation>{product}：收空桶加押桶超過訂購的 {quantity} 桶。</translation>
    </message>
    <message>
        <source>{product} has no cylinder to return.</source>
        <translation>{product} 沒有要收回的空桶。</translation>
    </message>
    <message>
        <source>{product}: residual gas is between 0 and {most_kg} kg.</source>
        <translation>{product}：殘氣要在 0 到 {most_kg} 公斤之間。</translation>
    </message>
    <message>
        <source>No price per kilogram is set: residual gas counts as 0.</source>
        <translation>沒有設定每公斤單價，殘氣以 0 計算。</translation>
    </message>
    <message>
        <source>Residual gas is worth more than the order: pay {refund} out at the till.</source>
        <translation>殘氣折抵超過訂單金額，請由收銀退 {refund} 元。</translation>
    </message>
    <message>
        <source>{name} has no account: choose cash or payment on delivery.</source>
        <translation>{name} 沒有月結約定，請選現金或貨到付款。</translation>
    </message>
    <message>
        <source>A business invoice needs a tax ID.</source>
        <translation>三聯式發票需要統一編號。</translation>
    </message>
    <message>
        <source>Tax ID {tax_id} is not valid: check the 8 digits.</source>
        <translation>統編 {tax_id} 不正確，請核對 8 碼。</translation>
    </message>
    <message>
        <source>A supervisor must be a different person than the clerk.</source>
        <translation>主管授權必須是櫃檯以外的另一個人。</translation>
    </message>
    <message>
        <source>This account can not be released at the counter.</source>
        <translation>這個帳戶不能在櫃檯放行。</translation>
    </message>
    <message>
        <source>This customer or the price list is not on this counter yet.</source>
        <translation>這台櫃檯還沒有這位客戶或價目表的資料。</translation>
    </message>
    <message>
        <source>This order was not taken at this counter: cancel it there.</source>
        <translation>這張單不是這台櫃檯接的，請到原櫃檯取消。</translation>
    </message>
    <message>
        <source>This order can no longer be cancelled.</source>
        <translation>這張單已經不能取消。</translation>
    </message>
    <message>
        <source>Too late to cancel freely: a supervisor must cancel it.</source>
        <translation>已過可自由取消的時間，需由主管取消。</translation>
    </message>
    <message>
        <source>another day</source>
        <translation>其他日期</translation>
    </message>
</context>
<context>
    <name>words</name>
    <message>
        <source>Credit good</source>
        <translation>信用正常</translation>
    </message>
    <message>
        <source>Near the limit</source>
        <translation>額度將滿</translation>
    </message>
    <message>
        <source>Over the limit</source>
        <translation>超過額度</translation>
    </message>
    <message>
        <source>On hold</source>
        <translation>停供</translation>
    </message>
    <message>
        <source>Cash only</source>
        <translation>現金客戶</translation>
    </message>
    <message>
        <source>Inactive</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>Household</source>
        <translation>家庭</translation>
    </message>
    <message>
        <source>Business</source>
        <translation>商家</translation>
    </message>
    <message>
        <source>Industry</source>
        <translation>工廠</translation>
    </message>
    <message>
        <source>Cash</source>
        <translation>現金</translation>
    </message>
    <message>
        <source>Account, 15 days</source>
        <translation>月結 15 天</translation>
    </message>
    <message>
        <source>Account, 30 days</source>
        <translation>月結 30 天</translation>
    </message>
    <message>
        <source>Account, 60 days</source>
        <translation>月結 60 天</translation>
    </message>
    <message>
        <source>North</source>
        <translation>北</translation>
    </message>
    <message>
        <source>Central</source>
        <translation>中</translation>
    </message>
    <message>
        <source>South</source>
        <translation>南</translation>
    </message>
    <message>
        <source>Remote</source>
        <translation>偏遠</translation>
    </message>
    <message>
        <source>Morning</source>
        <translation>上午</translation>
    </message>
    <message>
        <source>Afternoon</source>
        <translation>下午</translation>
    </message>
    <message>
        <source>Evening</source>
        <translation>晚上</translation>
    </message>
    <message>
        <source>On delivery</source>
        <translation>貨到付款</translation>
    </message>
    <message>
        <source>On account</source>
        <translation>月結</translation>
    </message>
    <message>
        <source>Pay online</source>
        <translation>線上付款</translation>
    </message>
    <message>
        <source>Consumer</source>
        <translation>二聯</translation>
    </message>
    <message>
        <source>Business (tax ID)</source>
        <translation>三聯</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>草稿</translation>
    </message>
    <message>
        <source>Confirmed</source>
        <translation>已確認</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Dispatched</source>
        <translation>已派車</translation>
    </message>
    <message>
        <source>On the way</source>
        <translation>配送中</translation>
    </message>
    <message>
        <source>Arrived</source>
        <translation>已到達</translation>
    </message>
    <message>
        <source>Delivered</source>
        <translation>已送達</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>未送成</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>Driver assigned</source>
        <translation>已派司機</translation>
    </message>
    <message>
        <source>Not paid</source>
        <translation>未付款</translation>
    </message>
    <message>
        <source>Partly paid</source>
        <translation>部分付款</translation>
    </message>
    <message>
        <source>Paid</source>
        <translation>已付清</translation>
    </message>
    <message>
        <source>Overdue</source>
        <translation>逾期未付</translation>
    </message>
    <message>
        <source>To send</source>
        <translation>待傳</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>傳送中</translation>
    </message>
    <message>
        <source>Retrying</source>
        <translation>重試</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>已收</translation>
    </message>
    <message>
        <source>Needs attention</source>
        <translation>需處理</translation>
    </message>
    <message>
        <source>Other counter</source>
        <translation>其他櫃檯</translation>
    </message>
    <message>
        <source>Online</source>
        <translation>線上</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>連線中</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>離線</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>請重新登入</translation>
    </message>
    <message>
        <source>Ringing</source>
        <translation>響鈴中</translation>
    </message>
    <message>
        <source>Answered</source>
        <translation>已接</translation>
    </message>
    <message>
        <source>Missed</source>
        <translation>未接</translation>
    </message>
    <message>
        <source>Called back</source>
        <translation>已回撥</translation>
    </message>
    <message>
        <source>No account agreed: choose cash or payment on delivery.</source>
        <translation>沒有月結約定，請選現金或貨到付款。</translation>
    </message>
    <message>
        <source>The account is on hold: choose cash, or ask a supervisor.</source>
        <translation>帳戶停供中，請改現金，或請主管處理。</translation>
    </message>
    <message>
        <source>Over the credit limit: reduce the order or choose cash.</source>
        <translation>超過信用額度，請減量或改現金。</translation>
    </message>
    <message>
        <source>Too much on account while offline: choose cash or wait for the link.</source>
        <translation>超過離線可月結的金額，請改現金或等恢復連線。</translation>
    </message>
    <message>
        <source>Credit could not be checked: choose cash or wait for the link.</source>
        <translation>無法查詢信用額度，請改現金或等恢復連線。</translation>
    </message>
    <message>
        <source>No credit needed.</source>
        <translation>不需信用額度。</translation>
    </message>
    <message>
        <source>Credit approved: {left} available, checked just now.</source>
        <translation>信用核准：可用 {left}，剛剛即時查詢。</translation>
    </message>
    <message>
        <source>Credit approved from the copy: {left}, {age} old.</source>
        <translation>信用核准：可用 {left}，依 {age}前的副本。</translation>
    </message>
    <message>
        <source>Provisional: within the offline allowance; confirmed when online.</source>
        <translation>暫時核准：在離線額度內，恢復連線後確認。</translation>
    </message>
    <message>
        <source>Released by a supervisor.</source>
        <translation>主管已放行。</translation>
    </message>
    <message>
        <source>Asking the office</source>
        <translation>詢問公司主機</translation>
    </message>
    <message>
        <source>Downloading</source>
        <translation>下載中</translation>
    </message>
    <message>
        <source>Unpacking</source>
        <translation>解壓縮</translation>
    </message>
    <message>
        <source>Preparing the data</source>
        <translation>整理資料</translation>
    </message>
    <message>
        <source>Catching up with the latest changes</source>
        <translation>補上最新異動</translation>
    </message>
    <message>
        <source>New order</source>
        <translation>新訂單</translation>
    </message>
    <message>
        <source>Cancellation</source>
        <translation>取消訂單</translation>
    </message>
    <message>
        <source> It is tried again by itself.</source>
        <translation>會自動重試。</translation>
    </message>
    <message>
        <source>The office does not answer.</source>
        <translation>公司主機沒有回應。</translation>
    </message>
    <message>
        <source>No connection: check the cable.</source>
        <translation>沒有連線，請檢查網路線。</translation>
    </message>
    <message>
        <source>The office is not found: check the network.</source>
        <translation>找不到公司主機，請檢查網路。</translation>
    </message>
    <message>
        <source>The office&apos;s certificate is not valid.</source>
        <translation>公司主機的安全憑證無效。</translation>
    </message>
    <message>
        <source>The office refuses this register&apos;s certificate.</source>
        <translation>公司主機不接受本機的安全憑證。</translation>
    </message>
    <message>
        <source>The office&apos;s address is not https.</source>
        <translation>公司主機位址不是 https。</translation>
    </message>
    <message>
        <source>The office answers too slowly.</source>
        <translation>公司主機回應太慢。</translation>
    </message>
    <message>
        <source>The answer was damaged.</source>
        <translation>收到的資料不完整。</translation>
    </message>
    <message>
        <source>The office has a problem at the moment.</source>
        <translation>公司主機暫時有問題。</translation>
    </message>
    <message>
        <source>The office is still working on it.</source>
        <translation>公司主機還在處理。</translation>
    </message>
    <message>
        <source>Failed several times; a pause, then again.</source>
        <translation>連續失敗，暫停一下再試。</translation>
    </message>
    <message>
        <source>Sign in again, then it is sent.</source>
        <translation>重新登入後就會傳送。</translation>
    </message>
    <message>
        <source>This counter&apos;s signature: sign in again.</source>
        <translation>公司主機不認得本機簽章：請重新登入。</translation>
    </message>
    <message>
        <source>Credit refused: pay cash, reduce, or ask a supervisor.</source>
        <translation>信用額度不足：改現金、減量或請主管處理。</translation>
    </message>
    <message>
        <source>The office does not know this customer.</source>
        <translation>公司沒有這位客戶的資料。</translation>
    </message>
    <message>
        <source>The office has no price for a product.</source>
        <translation>公司沒有某品項的價格。</translation>
    </message>
    <message>
        <source>The office does not know a product.</source>
        <translation>公司沒有某品項的資料。</translation>
    </message>
    <message>
        <source>The office does not know this order.</source>
        <translation>公司沒有這張訂單。</translation>
    </message>
    <message>
        <source>Too late to cancel.</source>
        <translation>已來不及取消。</translation>
    </message>
    <message>
        <source>The office&apos;s price differs: tell the customer.</source>
        <translation>公司計算的金額不同，請告知客戶。</translation>
    </message>
    <message>
        <source>The number belongs to another order: tell support.</source>
        <translation>單號與其他訂單重複，請通知資訊人員。</translation>
    </message>
    <message>
        <source>The office refused: ask a supervisor.</source>
        <translation>公司拒絕了，請主管處理。</translation>
    </message>
    <message>
        <source>The office can not read it: tell support.</source>
        <translation>公司無法讀取這筆資料，請通知資訊人員。</translation>
    </message>
    <message>
        <source>This account may not do that: ask a supervisor.</source>
        <translation>這個帳號沒有權限，請主管處理。</translation>
    </message>
    <message>
        <source>The office does not know this record.</source>
        <translation>公司查無這筆資料。</translation>
    </message>
    <message>
        <source>This counter was shut out: ask who runs it.</source>
        <translation>本機已被停用：請與管理人員聯絡。</translation>
    </message>
    <message>
        <source>A new key of this counter must be allowed first.</source>
        <translation>本機的新金鑰須先由管理人員允許。</translation>
    </message>
    <message>
        <source>This program is too old: update it.</source>
        <translation>程式版本太舊，請更新。</translation>
    </message>
    <message>
        <source>An earlier order of this customer comes first.</source>
        <translation>這位客戶有更早的訂單要先傳。</translation>
    </message>
</context>
</TS>
